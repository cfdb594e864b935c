import { useTranslations } from "next-intl";

import { Link } from "@/lib/i18n/navigation";

import { buttonClass } from "./button";

/** Links to a few pages around the current one; `href` returns a page's URL. */
export function Pagination({ page, pages, href }: { page: number; pages: number; href: (page: number) => string }) {
  const t = useTranslations("common.pagination");
  if (pages < 2) return null;
  return (
    <nav aria-label={t("label")} className="flex items-center justify-between gap-2 border-t border-rule pt-6">
      <Step href={page > 1 ? href(page - 1) : undefined} label={t("previous")} />
      <ol className="hidden items-center gap-1 sm:flex">
        {pagesAround(page, pages).map((number, index) =>
          number === null ? (
            <li key={`gap-${index}`} aria-hidden className="px-1 text-soft">
              …
            </li>
          ) : (
            <li key={number}>
              <Link
                href={href(number)}
                aria-current={number === page ? "page" : undefined}
                aria-label={number === page ? t("current", { page: number }) : t("page", { page: number })}
                className="inline-flex size-10 items-center justify-center rounded-control tabular-nums hover:bg-sunken aria-[current]:rounded-none aria-[current]:border-b-2 aria-[current]:border-accent aria-[current]:font-medium"
              >
                {number}
              </Link>
            </li>
          ),
        )}
      </ol>
      <Step href={page < pages ? href(page + 1) : undefined} label={t("next")} />
    </nav>
  );
}

function Step({ href, label }: { href?: string; label: string }) {
  if (!href) return <span className={buttonClass("secondary", "invisible")}>{label}</span>;
  return (
    <Link href={href} className={buttonClass("secondary")}>
      {label}
    </Link>
  );
}

/** Return the first, the last and the adjacent pages; null stands for a gap. */
function pagesAround(page: number, pages: number): (number | null)[] {
  const shown = [...new Set([1, page - 1, page, page + 1, pages])].filter((n) => n >= 1 && n <= pages);
  return shown.flatMap((n, index) => (index > 0 && n - shown[index - 1]! > 1 ? [null, n] : [n]));
}

/** Return the page number in a query parameter; 1 for anything that is not a page number. */
export function pageOf(value: string | string[] | undefined): number {
  const page = Number(value);
  return Number.isInteger(page) && page >= 1 && page <= 200 ? page : 1;
}
