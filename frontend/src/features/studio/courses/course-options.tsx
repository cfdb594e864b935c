import { useTranslations } from "next-intl";

import { categoryName } from "@/features/catalogue/category-names";
import { useLanguageName } from "@/features/catalogue/language-name";
import type { Category } from "@/lib/api/types";
import type { Locale } from "@/lib/i18n/routing";

import { LANGUAGES } from "./course-fields";

/** The options of a category select. An unknown category stays selected. */
export function CategoryOptions(props: { categories: Category[]; chosen: string | null; locale: Locale }) {
  const t = useTranslations("studio.details");
  const known = props.categories.flatMap((category) => [category, ...category.children]);
  const unknown = props.chosen && !known.some((category) => category.slug === props.chosen);
  return (
    <>
      <option value="">{t("noCategory")}</option>
      {unknown && <option value={props.chosen!}>{props.chosen}</option>}
      {props.categories.map((category) => (
        <optgroup key={category.slug} label={categoryName(category, props.locale)}>
          {[category, ...category.children].map((one) => (
            <option key={one.slug} value={one.slug}>
              {categoryName(one, props.locale)}
            </option>
          ))}
        </optgroup>
      ))}
    </>
  );
}

export function LanguageOptions({ chosen }: { chosen: string }) {
  const nameOf = useLanguageName();
  return [...new Set([...LANGUAGES, chosen])].map((code) => (
    <option key={code} value={code}>
      {nameOf(code)}
    </option>
  ));
}
