import "server-only";

import type { Metadata } from "next";

import { env } from "@/lib/env";
import { getPathname } from "@/lib/i18n/navigation";
import { type Locale, routing } from "@/lib/i18n/routing";
import { getLocale } from "next-intl/server";

/** Return the absolute URL of a public page. */
export function publicUrl(path: string, locale: Locale): string {
  return env.PUBLIC_URL + getPathname({ href: path, locale });
}

/** Return title, description, canonical URL and the other language's URL of a public page. */
export async function pageMetadata(page: { title: string; description: string; path: string }): Promise<Metadata> {
  const address = (locale: Locale) => publicUrl(page.path, locale);
  const canonical = address(await getLocale());
  const languages = Object.fromEntries(routing.locales.map((locale) => [locale, address(locale)]));
  return {
    title: page.title,
    description: page.description,
    alternates: { canonical, languages: { ...languages, "x-default": address(routing.defaultLocale) } },
    openGraph: {
      title: page.title,
      description: page.description,
      url: canonical,
      siteName: "EduPlatform",
      images: [{ url: "/opengraph-image.png", width: 1200, height: 630 }],
    },
  };
}

/** Metadata of a page that is private to its user: not for search engines. */
export function privateMetadata(title: string, description: string): Metadata {
  return { title, description, robots: { index: false, follow: false } };
}
