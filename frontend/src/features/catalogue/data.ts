import "server-only";

import { cache } from "react";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

import { type Filters, PAGE_SIZE } from "./filters";

/** Return the service's parameters: those of the URL without the page. */
function parameters({ page: _, min_rating, ...filters }: Filters) {
  return { ...filters, min_rating: min_rating ? Number(min_rating) : undefined };
}

/**
 * Return a page of the catalog; without words to search for and a chosen sort order, most popular courses come first.
 */
export async function findCourses(filters: Filters) {
  const sort = filters.sort ?? (filters.q ? undefined : "popular");
  const query = { ...parameters(filters), sort, limit: PAGE_SIZE, offset: (filters.page - 1) * PAGE_SIZE };
  return outcome((await anonymous()).course.GET("/courses", { params: { query } }));
}

export async function countFacets(filters: Filters) {
  const { sort: _, ...query } = parameters(filters);
  return outcome((await anonymous()).course.GET("/courses/facets", { params: { query } }));
}

export const listCategories = cache(async () => outcome((await anonymous()).course.GET("/categories")));
