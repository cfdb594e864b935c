import { z } from "zod";

import { type Filters, LAST_PAGE, LEVELS, PRICES, RATINGS, SORTS } from "./filters";

const short = z.string().trim().min(1).max(200).optional().catch(undefined);

/** Return the filters in the catalogue's URL. Invalid ones are ignored, never an error. */
const Address = z.object({
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

export type SearchParams = Record<string, string | string[] | undefined>;

export function readFilters(params: SearchParams): Filters {
  const single = Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return Address.parse(Object.fromEntries(single));
}
