import { LOCALES } from "./locales";

/**
 * Return an `Accept-Language` header (RFC 9110, section 12.5.4) with the site's languages only; the default one when
 * none is accepted.
 *
 * A browser that accepts none of our languages gets English. Without this, next-intl falls back by the distance
 * between languages, and sends readers of Ukrainian, Belarusian or Kazakh to the Russian pages.
 */
export function acceptedLanguages(header: string | null): string {
  const ranges = (header ?? "").slice(0, 1000).split(",");
  const ours = ranges.filter((range) => {
    const primary = range
      .trim()
      .split(/[-;\s]/, 1)[0]!
      .toLowerCase();
    return LOCALES.some((locale) => locale === primary);
  });
  return ours.length > 0 ? ours.join(",") : LOCALES[0];
}
