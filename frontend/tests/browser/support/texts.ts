import { readFileSync } from "node:fs";

import { createTranslator } from "use-intl/core";

import type { Locale } from "../../../src/lib/i18n/locales";

export { LOCALES } from "../../../src/lib/i18n/locales";

type Translate = (key: string, values?: Record<string, string | number>) => string;

/** The texts of the pages in a language, by area and key: the tests look for exactly what users see. */
export function texts(locale: Locale, area: string): Translate {
  const file = new URL(`../../../messages/${locale}/${area}.json`, import.meta.url);
  return createTranslator({ locale, messages: JSON.parse(readFileSync(file, "utf8")) }) as Translate;
}

/** Return the URL of a page in a language. */
export const inLocale = (locale: Locale, path: string) => (locale === "en" ? path : `/${locale}${path}`);
