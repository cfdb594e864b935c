import "server-only";

import { cache } from "react";

import { readCurriculum } from "@/features/course/data";
import { asUser } from "@/lib/api/clients";
import { everyPage, outcome, type Result } from "@/lib/api/result";
import type { CourseRead, Enrolled } from "@/lib/api/types";

import { currentUser } from "@/lib/session/current";

import { lessonsOf, lessonToResume } from "./resume";

/** The maximum length of one page of a list. */
const MOST = 100;

/** Return the user's enrollments of one status, newest first. */
async function readOfStatus(status: Enrolled["status"]) {
  const { enrollment } = await asUser();
  return everyPage((cursor) =>
    outcome(enrollment.GET("/enrollments/me", { params: { query: { status, limit: MOST, cursor } } })),
  );
}

export interface Shelves {
  /** Started or not, the one with the latest activity first. */
  current: Enrolled[];
  finished: Enrolled[];
}

/** Return the user's current and completed courses, without revoked enrollments. */
export async function readShelves(): Promise<Result<Shelves>> {
  const [begun, untouched, finished] = await Promise.all([
    readOfStatus("in_progress"),
    readOfStatus("enrolled"),
    readOfStatus("completed"),
  ]);
  if (!begun.ok) return begun;
  if (!untouched.ok) return untouched;
  if (!finished.ok) return finished;
  const latest = (one: Enrolled) => one.last_activity_at ?? one.enrolled_at;
  const current = [...begun.data.items, ...untouched.data.items].sort((a, b) => latest(b).localeCompare(latest(a)));
  return { ok: true, etag: null, data: { current, finished: finished.data.items } };
}

/** Return the courses by id, for their covers, including those off sale; unavailable ones are missing. */
export async function readCourses(ids: string[]): Promise<Map<string, CourseRead>> {
  const { course } = await asUser();
  const parts = Array.from({ length: Math.ceil(ids.length / MOST) }, (_, part) =>
    ids.slice(part * MOST, (part + 1) * MOST),
  );
  const lists = await Promise.all(
    parts.map((part) => outcome(course.GET("/courses", { params: { query: { ids: part.join(","), limit: MOST } } }))),
  );
  const onSale = new Map(
    lists.flatMap((list) => (list.ok ? list.data.items.map((one) => [one.id, one] as const) : [])),
  );
  const others = await Promise.all(
    ids
      .filter((id) => !onSale.has(id))
      .map((course_id) => outcome(course.GET("/courses/{course_id}", { params: { path: { course_id } } }))),
  );
  return new Map([...onSale, ...others.flatMap((one) => (one.ok ? [[one.data.id, one.data] as const] : []))]);
}

/** Return the user's enrollment in a course; null when there is none that counts. */
export const readEnrollment = cache(async (course_id: string): Promise<Result<Enrolled | null>> => {
  const params = { query: { course_id, limit: 1 } };
  const found = await outcome((await asUser()).enrollment.GET("/enrollments/me", { params }));
  if (!found.ok) return found;
  return { ...found, data: found.data.items.find(({ status }) => status !== "revoked") ?? null };
});

export const readLessonsDone = cache(async (course_id: string) =>
  outcome(
    (await asUser()).enrollment.GET("/progress/courses/{course_id}/lessons", { params: { path: { course_id } } }),
  ),
);

export const readOpenLesson = cache(async (lesson_id: string) =>
  outcome((await asUser()).course.GET("/lessons/{lesson_id}", { params: { path: { lesson_id } } })),
);

/** Return the title of the lesson where an enrollment resumes; undefined when it cannot be read. */
export async function titleOfNextLesson(enrollment: Enrolled): Promise<string | undefined> {
  const { course_id, last_lesson_id } = enrollment;
  const [curriculum, done] = await Promise.all([readCurriculum(course_id), readLessonsDone(course_id)]);
  if (!curriculum.ok || !done.ok) return undefined;
  return lessonToResume(lessonsOf(curriculum.data), done.data.completed_lesson_ids, last_lesson_id)?.title;
}

/** Return the course the signed-in student studied last and its next lesson; undefined for anyone without a course. */
export async function readLatest() {
  if (!(await currentUser())) return undefined;
  const begun = await readOfStatus("in_progress");
  const latest = (one: Enrolled) => one.last_activity_at ?? one.enrolled_at;
  const enrollment = begun.ok && begun.data.items.sort((a, b) => latest(b).localeCompare(latest(a)))[0];
  if (!enrollment) return undefined;
  const [courses, next] = await Promise.all([readCourses([enrollment.course_id]), titleOfNextLesson(enrollment)]);
  return { taken: { enrollment, course: courses.get(enrollment.course_id) }, next };
}

/**
 * Return the ids of the courses that the user is enrolled in; none for a visitor, or while enrollment is unavailable.
 */
export const readEnrolledIds = cache(async (): Promise<Set<string>> => {
  if (!(await currentUser())) return new Set();
  const { enrollment } = await asUser();
  const found = await everyPage((cursor) =>
    outcome(enrollment.GET("/enrollments/me", { params: { query: { limit: MOST, cursor } } })),
  );
  const mine = found.ok ? found.data.items.filter(({ status }) => status !== "revoked") : [];
  return new Set(mine.map(({ course_id }) => course_id));
});
