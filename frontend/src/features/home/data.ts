import "server-only";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

const SHELF = 4;

/** The courses of the home page, read side by side; the most popular one stands alone, at the top. */
export async function readHome() {
  const { course } = await anonymous();
  const shelf = (query: { sort: "popular" | "newest" | "rating"; price?: "free" }, limit = SHELF) =>
    outcome(course.GET("/courses", { params: { query: { ...query, limit } } }));
  const [popular, newest, free] = await Promise.all([
    shelf({ sort: "popular" }, 1 + SHELF),
    shelf({ sort: "newest" }),
    shelf({ sort: "rating", price: "free" }),
  ]);
  if (!popular.ok) return { featured: undefined, popular, newest, free };
  const [featured, ...others] = popular.data.items;
  return { featured, popular: { ...popular, data: { ...popular.data, items: others } }, newest, free };
}
