import "server-only";

import { notFound } from "next/navigation";
import { cache } from "react";

import { anonymous, asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import type { CourseRead } from "@/lib/api/types";
import { currentUser } from "@/lib/session/current";

const SHOWN_REVIEWS = 5;
export const MOST_REVIEWS = 100;

/** Paths of the course service in the position of a course's id or slug; no course has such a slug. */
const RESERVED = ["facets", "my", "suggest", ".", ".."];

/** Return the course by id or slug as this user may see it: a draft exists only for its teacher. */
export const readCourse = cache(async (ref: string) => {
  if (RESERVED.includes(ref)) notFound();
  const result = await outcome(
    (await asUser()).course.GET("/courses/{course_id}", { params: { path: { course_id: ref } } }),
  );
  if (!result.ok && (result.kind === "not_found" || result.kind === "invalid")) notFound();
  return result;
});

export const readCurriculum = cache(async (course_id: string) =>
  outcome((await asUser()).course.GET("/courses/{course_id}/curriculum", { params: { path: { course_id } } })),
);

export interface ReviewsQuery {
  sort: "newest" | "rating";
  shown: number;
}

export function readReviewsQuery(params: Record<string, string | string[] | undefined>): ReviewsQuery {
  const shown = Number(params.reviews);
  return {
    sort: params.order === "rating" ? "rating" : "newest",
    shown: Number.isInteger(shown) ? Math.min(MOST_REVIEWS, Math.max(SHOWN_REVIEWS, shown)) : SHOWN_REVIEWS,
  };
}

export async function readReviews(course_id: string, { sort, shown }: ReviewsQuery) {
  const params = { path: { course_id }, query: { sort, limit: shown } };
  return outcome((await anonymous()).course.GET("/reviews/course/{course_id}", { params }));
}

export async function readTeacher(user_id: string) {
  return outcome((await anonymous()).identity.GET("/users/{user_id}/public", { params: { path: { user_id } } }));
}

/** Return a few other courses of the same category. */
export async function readRelated(course: CourseRead) {
  const query = { category: course.category, sort: "popular" as const, limit: 5 };
  const result = await outcome((await anonymous()).course.GET("/courses", { params: { query } }));
  return result.ok ? result.data.items.filter(({ id }) => id !== course.id).slice(0, 4) : [];
}

/** Return this user's relation to the course; `unknown` while enrollments are unavailable. */
export type Standing = "visitor" | "owner" | "admin" | "learner" | "customer" | "unknown";

export async function readStanding(course: CourseRead): Promise<Standing> {
  const user = await currentUser();
  if (!user) return "visitor";
  if (user.sub === course.teacher_id) return "owner";
  if (user.role === "admin") return "admin";
  const params = { query: { course_id: course.id, limit: 1 } };
  const mine = await outcome((await asUser()).enrollment.GET("/enrollments/me", { params }));
  if (!mine.ok) return "unknown";
  return mine.data.items.some(({ status }) => status !== "revoked") ? "learner" : "customer";
}

export async function readLesson(lesson_id: string) {
  const result = await outcome(
    (await asUser()).course.GET("/lessons/{lesson_id}", { params: { path: { lesson_id } } }),
  );
  if (!result.ok && ["not_found", "invalid", "forbidden", "unauthenticated"].includes(result.kind)) notFound();
  return result;
}
