export const LEVELS = ["beginner", "intermediate", "advanced"] as const;
export const PRICES = ["free", "paid"] as const;
export const RATINGS = ["4.5", "4", "3"] as const;
export const SORTS = ["relevance", "newest", "popular", "rating", "price_asc", "price_desc"] as const;
export const PAGE_SIZE = 24;
/** The service returns no more than this many courses by page number. */
export const LAST_PAGE = Math.floor(10_000 / PAGE_SIZE);

/** The filters of the catalogue, as in its URL. */
export interface Filters {
  q?: string;
  category?: string;
  level?: (typeof LEVELS)[number];
  language?: string;
  price?: (typeof PRICES)[number];
  min_rating?: (typeof RATINGS)[number];
  tag?: string;
  sort?: (typeof SORTS)[number];
  page: number;
}

/** Filters that are shown as chips above the results. */
export const CHIPS = ["category", "level", "language", "price", "min_rating", "tag"] as const;
export type Chip = (typeof CHIPS)[number];
/** Return the URL of the catalogue with some filters changed; a change returns to the first page. */
export function catalogueHref(filters: Filters, changes: Partial<Filters> = {}): string {
  const wanted = { ...filters, page: 1, ...changes };
  const pairs = Object.entries(wanted).filter(([name, value]) => value && !(name === "page" && value === 1));
  const query = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return query ? `/courses?${query}` : "/courses";
}
