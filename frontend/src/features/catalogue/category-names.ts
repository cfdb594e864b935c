import type { Category } from "@/lib/api/types";
import type { Locale } from "@/lib/i18n/routing";

export function categoryName(category: Category, locale: Locale): string {
  return locale === "ru" ? category.name_ru : category.name;
}

/** Names by slug, parents and children alike. */
export function namesBySlug(categories: Category[], locale: Locale): Map<string, string> {
  const all = categories.flatMap((category) => [category, ...category.children]);
  return new Map(all.map((category) => [category.slug, categoryName(category, locale)]));
}
