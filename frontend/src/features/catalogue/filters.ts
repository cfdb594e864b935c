import { z } from "zod";

export const LEVELS = ["beginner", "intermediate", "advanced"] as const;
export const PRICES = ["free", "paid"] as const;
export const RATINGS = ["4.5", "4", "3"] as const;
export const SORTS = ["relevance", "newest", "popular", "rating", "price_asc", "price_desc"] as const;
export const PAGE_SIZE = 24;
/** The service looks no further than this many courses by page number. */
export const LAST_PAGE = Math.floor(10_000 / PAGE_SIZE);

const short = z.string().trim().min(1).max(200).optional().catch(undefined);

/** What the catalogue's address says. Anything that makes no sense there is left out, never an error. */
const Filters = z.object({
  q: short,
  category: short,
  level: z.enum(LEVELS).optional().catch(undefined),
  language: short,
  price: z.enum(PRICES).optional().catch(undefined),
  min_rating: z.enum(RATINGS).optional().catch(undefined),
  tag: short,
  sort: z.enum(SORTS).optional().catch(undefined),
  page: z.coerce.number().int().min(1).max(LAST_PAGE).catch(1),
});

export type Filters = z.infer<typeof Filters>;
/** Filters that stand as chips over the results. */
export const CHIPS = ["category", "level", "language", "price", "min_rating", "tag"] as const;
export type Chip = (typeof CHIPS)[number];
export type SearchParams = Record<string, string | string[] | undefined>;

export function readFilters(params: SearchParams): Filters {
  const single = Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return Filters.parse(Object.fromEntries(single));
}

/** The address of the catalogue with some filters changed; a change goes back to the first page. */
export function catalogueHref(filters: Filters, changes: Partial<Filters> = {}): string {
  const wanted = { ...filters, page: 1, ...changes };
  const pairs = Object.entries(wanted).filter(([name, value]) => value && !(name === "page" && value === 1));
  const query = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return query ? `/courses?${query}` : "/courses";
}
