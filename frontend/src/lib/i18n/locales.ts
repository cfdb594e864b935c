/** The languages of the pages, the default one first. `next.config.ts` reads them too, so this file imports nothing. */
export const LOCALES = ["en", "ru"] as const;

export type Locale = (typeof LOCALES)[number];

/** Each language's name in itself. */
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", ru: "Русский" };
