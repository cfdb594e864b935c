import "server-only";

import { cache } from "react";

import { readCurriculum } from "@/features/course/data";
import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import type { CourseRead, Enrolled } from "@/lib/api/types";

import { currentUser } from "@/lib/session/current";

import { lessonsOf, lessonToResume } from "./resume";

const MOST = 100;

/** The reader's enrollments of one status, the newest first. */
async function readOfStatus(status: Enrolled["status"]) {
  const params = { query: { status, limit: MOST } };
  return outcome((await asUser()).enrollment.GET("/enrollments/me", { params }));
}

export interface Shelves {
  /** Begun or not, the one with the latest activity first. */
  current: Enrolled[];
  finished: Enrolled[];
}

/** What the reader takes and has taken; revoked enrollments are no part of it. */
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

/** The courses by id, for their covers; what cannot be had is missing. */
export async function readCourses(ids: string[]): Promise<Map<string, CourseRead>> {
  if (ids.length === 0) return new Map();
  const params = { query: { ids: ids.slice(0, MOST).join(","), limit: MOST } };
  const found = await outcome((await asUser()).course.GET("/courses", { params }));
  return new Map(found.ok ? found.data.items.map((course) => [course.id, course]) : []);
}

/** The reader's enrollment in a course; null when there is none that counts. */
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

/** Return what the signed-in student learned last and its next lesson; undefined for anyone without a course. */
export async function readLatest() {
  if (!(await currentUser())) return undefined;
  const begun = await readOfStatus("in_progress");
  const latest = (one: Enrolled) => one.last_activity_at ?? one.enrolled_at;
  const enrollment = begun.ok && begun.data.items.sort((a, b) => latest(b).localeCompare(latest(a)))[0];
  if (!enrollment) return undefined;
  const [courses, next] = await Promise.all([readCourses([enrollment.course_id]), titleOfNextLesson(enrollment)]);
  return { taken: { enrollment, course: courses.get(enrollment.course_id) }, next };
}

/** Return the ids of the courses that the reader is enrolled in; none for a visitor, or while enrollment is unavailable. */
export const readEnrolledIds = cache(async (): Promise<Set<string>> => {
  if (!(await currentUser())) return new Set();
  const found = await outcome(
    (await asUser()).enrollment.GET("/enrollments/me", { params: { query: { limit: MOST } } }),
  );
  const mine = found.ok ? found.data.items.filter(({ status }) => status !== "revoked") : [];
  return new Set(mine.map(({ course_id }) => course_id));
});
