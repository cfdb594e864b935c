import Form from "next/form";
import { useLocale, useTranslations } from "next-intl";

import { buttonClass } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/input";
import { getPathname } from "@/lib/i18n/navigation";

import { type RosterQuery, SORTS } from "./roster-query";

/** Searches and sorts a roster, by its URL; it works without JavaScript. */
export function RosterForm({ path, query }: { path: string; query: RosterQuery }) {
  const t = useTranslations("studio.students");
  return (
    <Form
      action={getPathname({ href: path, locale: useLocale() })}
      className="mb-6 flex flex-wrap items-end gap-x-4 gap-y-3 border-b border-rule pb-6"
    >
      <div className="min-w-40 flex-1 space-y-1 sm:max-w-64">
        <label htmlFor="q" className="block text-sm text-soft">
          {t("search")}
        </label>
        <Input type="search" id="q" name="q" key={query.q} defaultValue={query.q} maxLength={100} autoComplete="off" />
      </div>
      <div className="min-w-40 flex-1 space-y-1 sm:max-w-64">
        <label htmlFor="sort" className="block text-sm text-soft">
          {t("sortBy")}
        </label>
        <Select id="sort" name="sort" key={query.sort} defaultValue={query.sort}>
          {SORTS.map((name) => (
            <option key={name} value={name}>
              {t(`sort.${name}`)}
            </option>
          ))}
        </Select>
      </div>
      <button type="submit" className={buttonClass("secondary")}>
        {t("show")}
      </button>
    </Form>
  );
}
