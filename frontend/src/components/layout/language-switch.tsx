"use client";

import { clsx } from "clsx";
import { useSearchParams } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";

import { Link, usePathname } from "@/lib/i18n/navigation";
import { routing } from "@/lib/i18n/routing";

const NAMES = { en: "English", ru: "Русский" };

/** The same page in the other language. A single word in Cyrillic is not worth the download of a font. */
export function LanguageSwitch() {
  const t = useTranslations("common.language");
  const current = useLocale();
  const pathname = usePathname();
  const query = useSearchParams().toString();
  return (
    <nav aria-label={t("label")} className="flex gap-1">
      {routing.locales.map((locale) => (
        <Link
          key={locale}
          href={query ? `${pathname}?${query}` : pathname}
          locale={locale}
          lang={locale}
          hrefLang={locale}
          prefetch={false}
          aria-current={locale === current ? "true" : undefined}
          className={clsx(
            "inline-flex min-h-11 items-center px-1.5 text-sm text-soft hover:text-ink aria-[current]:font-medium aria-[current]:text-ink aria-[current]:underline aria-[current]:underline-offset-8",
            locale === "ru" && current !== "ru" && "font-[system-ui]",
          )}
        >
          {NAMES[locale]}
        </Link>
      ))}
    </nav>
  );
}
