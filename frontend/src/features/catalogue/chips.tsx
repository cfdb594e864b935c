import { X } from "lucide-react";
import { useTranslations } from "next-intl";

import { Link } from "@/lib/i18n/navigation";

import { catalogueHref, type Chip, CHIPS, type Filters, LEVELS, PRICES } from "./filters";
import { useLanguageName } from "./language-name";

/** The active filters, each with a way to remove it. */
export function Chips({ filters, categoryNames }: { filters: Filters; categoryNames: Map<string, string> }) {
  const t = useTranslations("catalogue");
  const levels = useTranslations("common.level");
  const languageName = useLanguageName();
  const chosen = CHIPS.filter((name) => filters[name]);
  if (chosen.length === 0) return null;
  const labels: Record<Chip, (value: string) => string> = {
    category: (value) => categoryNames.get(value) ?? value,
    level: (value) => levels(value as (typeof LEVELS)[number]),
    language: languageName,
    price: (value) => t(`price.${value as (typeof PRICES)[number]}`),
    min_rating: (value) => t("ratingFrom", { rating: Number(value) }),
    tag: (value) => `#${value}`,
  };
  return (
    <ul aria-label={t("chips")} className="flex flex-wrap items-center gap-2">
      {chosen.map((name) => {
        const label = labels[name](filters[name]!);
        return (
          <li key={name}>
            <Link
              href={catalogueHref(filters, { [name]: undefined })}
              aria-label={t("dropChip", { filter: label })}
              className="inline-flex min-h-9 max-w-72 items-center gap-1.5 rounded-control bg-accent-soft px-3 text-sm hover:text-accent"
            >
              <span className="truncate">{label}</span>
              <X aria-hidden className="size-3.5 shrink-0" />
            </Link>
          </li>
        );
      })}
      <li>
        <Link
          href={catalogueHref({ q: filters.q, page: 1 })}
          className="inline-flex min-h-9 items-center px-1 text-sm link"
        >
          {t("dropAll")}
        </Link>
      </li>
    </ul>
  );
}
