import { z } from "zod";

import { readQuery } from "@/features/admin/query";
import type { SearchParams } from "@/features/catalogue/read-filters";

export const SORTS = ["newest", "name", "progress", "activity"] as const;

const Query = z.object({
  q: z.string().trim().min(1).max(100).optional().catch(undefined),
  sort: z.enum(SORTS).catch("newest"),
});

export type RosterQuery = z.infer<typeof Query>;

/** Return how a roster's URL sorts and searches it; invalid values are ignored. */
export const readRosterQuery = (params: SearchParams): RosterQuery => readQuery(Query, params);
