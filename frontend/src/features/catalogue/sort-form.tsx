"use client";

import Form from "next/form";
import { useLocale, useTranslations } from "next-intl";

import { buttonClass } from "@/components/ui/button";
import { getPathname } from "@/lib/i18n/navigation";

import { type Filters, SORTS } from "./filters";

/** The sort order of the results; it applies when chosen or, without scripts, by a button. */
export function SortForm({ filters }: { filters: Filters }) {
  const t = useTranslations("catalogue");
  const action = getPathname({ href: "/courses", locale: useLocale() });
  const { sort, page: _, ...kept } = filters;
  const offered = SORTS.filter((name) => name !== "relevance" || filters.q);
  return (
    <Form action={action} className="flex items-center gap-2">
      {Object.entries(kept).map(
        ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
      )}
      <label htmlFor="sort" className="text-sm whitespace-nowrap text-soft max-sm:sr-only">
        {t("sort.label")}
      </label>
      <select
        id="sort"
        name="sort"
        key={sort}
        defaultValue={sort ?? offered[0]}
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
        className="min-h-10 rounded-control border border-rule-strong bg-raised px-2 text-[0.9375rem]"
      >
        {offered.map((name) => (
          <option key={name} value={name}>
            {t(`sort.${name}`)}
          </option>
        ))}
      </select>
      <noscript>
        <button type="submit" className={buttonClass("secondary")}>
          {t("sort.apply")}
        </button>
      </noscript>
    </Form>
  );
}
