import "server-only";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

const SHELF = 4;

/** The courses of the home page's shelves, read side by side. */
export async function readHome() {
  const { course } = await anonymous();
  const shelf = (query: { sort: "popular" | "newest" | "rating"; price?: "free" }) =>
    outcome(course.GET("/courses", { params: { query: { ...query, limit: SHELF } } }));
  const [popular, newest, free] = await Promise.all([
    shelf({ sort: "popular" }),
    shelf({ sort: "newest" }),
    shelf({ sort: "rating", price: "free" }),
  ]);
  return { popular, newest, free };
}
