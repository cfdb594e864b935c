import { useFormatter, useTranslations } from "next-intl";

import { categoryName } from "@/features/catalogue/category-names";
import type { Category } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import type { Locale } from "@/lib/i18n/routing";

/** All categories, laid out like the index of a book. */
export function CategoryIndex({ categories, locale }: { categories: Category[]; locale: Locale }) {
  const t = useTranslations("home");
  const format = useFormatter();
  return (
    <section>
      <h2 className="mb-2 border-b border-rule pb-3 text-2xl">{t("subjects")}</h2>
      <ul className="gap-x-12 sm:columns-2 lg:columns-3">
        {categories
          .filter((category) => category.count > 0)
          .map((category) => (
            <li key={category.slug} className="break-inside-avoid">
              <Link
                href={`/courses?category=${category.slug}`}
                className="group flex min-h-12 items-center justify-between gap-4 border-b border-rule py-2"
              >
                <span className="group-hover:underline group-hover:underline-offset-4">
                  {categoryName(category, locale)}
                </span>
                <span className="text-sm text-soft tabular-nums">{format.number(category.count)}</span>
              </Link>
            </li>
          ))}
      </ul>
    </section>
  );
}
