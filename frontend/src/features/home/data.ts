import "server-only";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import type { CourseRead } from "@/lib/api/types";

const SHELF = 4;
/** A course is featured at the top only when enough users rate it well. */
const FEATURED = { minRating: 4.3, minReviews: 3 };

/** Load the courses of the home page concurrently, those in the page's language first. */
export async function readHome(language: string) {
  const { course } = await anonymous();
  const shelf = async (query: { sort: "popular" | "newest" | "rating"; price?: "free" }, limit = SHELF) => {
    const find = (language?: string) =>
      outcome(course.GET("/courses", { params: { query: { ...query, language, limit } } }));
    const own = await find(language);
    if (!own.ok || own.data.items.length === limit) return own;
    const all = await find();
    if (!all.ok) return own;
    const others = all.data.items.filter(({ id }) => !own.data.items.some((one) => one.id === id));
    return { ...own, data: { ...own.data, items: [...own.data.items, ...others].slice(0, limit) } };
  };
  const [popular, newest, free] = await Promise.all([
    shelf({ sort: "popular" }, 2 * SHELF),
    shelf({ sort: "newest" }),
    shelf({ sort: "rating", price: "free" }),
  ]);
  if (!popular.ok) return { featured: undefined, popular, newest, free };
  const { items } = popular.data;
  const wellRated = ({ avg_rating, review_count }: CourseRead) =>
    avg_rating >= FEATURED.minRating && review_count >= FEATURED.minReviews;
  const featured = items.find(wellRated) ?? items[0];
  const others = items.filter((one) => one !== featured).slice(0, SHELF);
  return { featured, popular: { ...popular, data: { ...popular.data, items: others } }, newest, free };
}
