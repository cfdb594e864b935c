import "server-only";

import { asUser } from "@/lib/api/clients";
import { everyPage, outcome, type Result } from "@/lib/api/result";
import type { Review } from "@/lib/api/types";

const MOST = 100;

/** Return the user's own review of a course; null if there is none. */
export async function readMyReview(course_id: string): Promise<Result<Review | null>> {
  const found = await outcome((await asUser()).course.GET("/reviews/me", { params: { query: { course_id } } }));
  return found.ok ? { ...found, data: found.data.items[0] ?? null } : found;
}

/** Return the user's own reviews by course. */
export async function readMyReviews(): Promise<Result<Map<string, Review>>> {
  const { course } = await asUser();
  const found = await everyPage((cursor) =>
    outcome(course.GET("/reviews/me", { params: { query: { limit: MOST, cursor } } })),
  );
  return found.ok ? { ...found, data: new Map(found.data.items.map((review) => [review.course_id, review])) } : found;
}
