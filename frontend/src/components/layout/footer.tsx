import { getTranslations } from "next-intl/server";

import { Link } from "@/lib/i18n/navigation";

import { LanguageSwitch } from "./language-switch";
import { ThemeSwitch } from "./theme-switch";

const LINKS = [
  { href: "/courses", name: "courses" },
  { href: "/teach", name: "teachWithUs" },
  { href: "/verify-certificate", name: "verify" },
  { href: "/about", name: "about" },
  { href: "/help", name: "help" },
  { href: "/terms", name: "terms" },
  { href: "/privacy", name: "privacy" },
  { href: "/status", name: "status" },
] as const;

export async function Footer() {
  const t = await getTranslations("common");
  return (
    <footer className="mt-24 border-t border-rule print:hidden">
      <div className="page flex flex-wrap items-center justify-between gap-x-10 gap-y-6 py-10">
        <div>
          <p className="font-serif font-semibold">{t("site")}</p>
          <p className="text-sm text-soft">{t("footer.note")}</p>
        </div>
        <nav aria-label={t("nav.footer")} className="flex flex-wrap gap-x-6">
          {LINKS.map(({ href, name }) => (
            <Link key={name} href={href} className="inline-flex min-h-11 items-center text-sm quiet-link">
              {t(`nav.${name}`)}
            </Link>
          ))}
          <a href="/api/course/docs" className="inline-flex min-h-11 min-w-6 items-center text-sm quiet-link">
            {t("nav.api")}
          </a>
        </nav>
        <div className="-mx-1.5 flex flex-wrap items-center gap-x-6 gap-y-1">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
    </footer>
  );
}
