import { expect, test } from "vitest";

import { catalogueHref } from "@/features/catalogue/filters";
import { readFilters } from "@/features/catalogue/read-filters";

test("an address and the filters that it stands for are the same thing", () => {
  const href = "/courses?q=piano&category=music&level=beginner&min_rating=4&sort=rating&page=3";
  const filters = readFilters(Object.fromEntries(new URL(href, "http://x").searchParams));
  expect(catalogueHref(filters, { page: 3 })).toBe(href);
});

test("what makes no sense is left out", () => {
  const filters = readFilters({ level: "wizard", price: ["free", "paid"], page: "-3", q: "   ", sort: "; drop" });
  expect(filters).toEqual({ price: "free", page: 1 });
});

test("another filter goes back to the first page", () => {
  expect(catalogueHref(readFilters({ page: "7" }), { level: "advanced" })).toBe("/courses?level=advanced");
});
