import "@/app/globals.css";

import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { hasLocale } from "next-intl";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import { fontVariables } from "@/app/fonts";
import { Footer } from "@/components/layout/footer";
import { Header } from "@/components/layout/header";
import { NavigationProgress } from "@/components/layout/navigation-progress";
import { Toaster } from "@/components/ui/toast";
import { VerifyBanner } from "@/features/session/verify-banner";
import { env } from "@/lib/env";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { routing } from "@/lib/i18n/routing";
import { THEME_COOKIE, themeOf } from "@/lib/theme";

export const viewport: Viewport = {
  colorScheme: "light dark",
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#faf7f1" },
    { media: "(prefers-color-scheme: dark)", color: "#13171c" },
  ],
};

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("common");
  return {
    metadataBase: new URL(env.PUBLIC_URL),
    title: { default: t("site"), template: `%s · ${t("site")}` },
    description: t("tagline"),
  };
}

export default async function RootLayout({
  children,
  params,
}: {
  children: ReactNode;
  params: Promise<{ locale: string }>;
}) {
  const { locale } = await params;
  if (!hasLocale(routing.locales, locale)) notFound();
  const [t, jar] = await Promise.all([getTranslations("common"), cookies()]);
  const theme = themeOf(jar.get(THEME_COOKIE)?.value);
  return (
    <html lang={locale} data-theme={theme === "system" ? undefined : theme} className={fontVariables}>
      <body className="flex min-h-dvh flex-col">
        <a
          href="#content"
          className="fixed top-2 left-2 z-50 -translate-y-20 bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
        >
          {t("skipToContent")}
        </a>
        <ClientMessages areas={[]}>
          <NavigationProgress />
          <Header />
          <VerifyBanner />
          <main id="content" tabIndex={-1} className="flex-1">
            {children}
          </main>
          <Footer />
          <Toaster />
        </ClientMessages>
      </body>
    </html>
  );
}
