import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { Count } from "@/components/ui/count";
import type { Category, Facets } from "@/lib/api/types";
import { clsx } from "clsx";
import { Link } from "@/lib/i18n/navigation";

import { categoryName } from "./category-names";
import { catalogueHref, type Chip, type Filters, LEVELS, PRICES, RATINGS } from "./filters";
import { useLanguageName } from "./language-name";

interface PanelProps {
  filters: Filters;
  facets: Facets;
  categories: Category[];
}

/** Facets for narrowing the results. Every choice is a link with the number of courses that it leads to. */
export function FacetPanel({ filters, facets, categories }: PanelProps) {
  const t = useTranslations("catalogue");
  const levels = useTranslations("common.level");
  const languageName = useLanguageName();
  const options = (
    name: Exclude<Chip, "tag" | "category">,
    values: readonly string[],
    label: (value: string) => ReactNode,
  ) =>
    values.map((value) => (
      <Option
        key={value}
        href={catalogueHref(filters, { [name]: filters[name] === value ? undefined : value })}
        chosen={filters[name] === value}
        count={facets[name === "min_rating" ? "rating" : name][value] ?? 0}
      >
        {label(value)}
      </Option>
    ));
  const languages = Object.keys(facets.language).sort((a, b) => facets.language[b]! - facets.language[a]!);
  return (
    <div className="space-y-7">
      <Group title={t("facet.category")}>
        <CategoryOptions {...{ filters, facets, categories }} />
      </Group>
      <Group title={t("facet.level")}>
        {options("level", LEVELS, (value) => levels(value as (typeof LEVELS)[number]))}
      </Group>
      <Group title={t("facet.price")}>
        {options("price", PRICES, (value) => t(`price.${value as (typeof PRICES)[number]}`))}
      </Group>
      <Group title={t("facet.min_rating")}>
        {options("min_rating", RATINGS, (value) => t("ratingFrom", { rating: Number(value) }))}
      </Group>
      <Group title={t("facet.language")}>{options("language", languages, languageName)}</Group>
    </div>
  );
}

/** Categories; below the chosen one its children too. */
function CategoryOptions({ filters, facets, categories }: PanelProps) {
  const locale = useLocale();
  const option = (category: Category, inner = false) => (
    <Option
      key={category.slug}
      inner={inner}
      href={catalogueHref(filters, { category: filters.category === category.slug ? undefined : category.slug })}
      chosen={filters.category === category.slug}
      count={facets.category[category.slug] ?? 0}
    >
      {categoryName(category, locale)}
    </Option>
  );
  return categories.flatMap((category) => {
    const slugs = [category.slug, ...category.children.map((child) => child.slug)];
    const open = filters.category !== undefined && slugs.includes(filters.category);
    return [option(category), ...(open ? category.children.map((child) => option(child, true)) : [])];
  });
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="has-[ul:empty]:hidden">
      <h2 className="mb-1.5 border-b border-rule pb-1.5 font-sans text-sm font-semibold tracking-normal">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

function Option(props: { href: string; chosen: boolean; count: number; inner?: boolean; children: ReactNode }) {
  if (props.count === 0 && !props.chosen) return null;
  return (
    <li>
      <Link
        href={props.href}
        prefetch={false}
        aria-current={props.chosen ? "true" : undefined}
        className={clsx(
          "group flex min-h-8 items-center justify-between gap-3 py-1 text-[0.9375rem] leading-snug text-soft hover:text-ink aria-[current]:font-medium aria-[current]:text-ink",
          props.inner && "pl-4",
        )}
      >
        <span className="group-hover:underline group-aria-[current]:underline group-aria-[current]:underline-offset-4">
          {props.children}
        </span>
        <span className="text-sm font-normal tabular-nums">
          <Count value={props.count} />
        </span>
      </Link>
    </li>
  );
}
