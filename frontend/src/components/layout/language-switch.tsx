"use client";

import { clsx } from "clsx";
import { useSearchParams } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";

import { getPathname, usePathname } from "@/lib/i18n/navigation";
import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";

/**
 * The same page in the other language. It is a full page load: when the language of a document changes in place, links
 * of the previous language may stay in the head. The prefix, which the default language has here too, makes the choice
 * persist. A single word in Cyrillic is not worth the download of a font.
 */
export function LanguageSwitch() {
  const t = useTranslations("common.language");
  const current = useLocale();
  const pathname = usePathname();
  const query = useSearchParams().toString();
  return (
    <nav aria-label={t("label")} className="flex gap-1">
      {LOCALES.map((locale) => (
        <a
          key={locale}
          href={getPathname({ href: query ? `${pathname}?${query}` : pathname, locale, forcePrefix: true })}
          lang={locale}
          hrefLang={locale}
          aria-current={locale === current ? "true" : undefined}
          className={clsx(
            "inline-flex min-h-11 items-center px-1.5 text-sm text-soft hover:text-ink aria-[current]:font-medium aria-[current]:text-ink aria-[current]:underline aria-[current]:underline-offset-8",
            locale === "ru" && current !== "ru" && "font-[system-ui]",
          )}
        >
          {LOCALE_NAMES[locale]}
        </a>
      ))}
    </nav>
  );
}
