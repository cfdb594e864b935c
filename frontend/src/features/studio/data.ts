import "server-only";

import { forbidden, notFound } from "next/navigation";
import { cache } from "react";

import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import type { CourseRead, RosterPage } from "@/lib/api/types";
import { requireRole } from "@/lib/session/current";

import type { Status } from "./courses/status";
import type { RosterQuery } from "./roster/roster-query";

export const COURSES_A_PAGE = 20;
export const STUDENTS_A_PAGE = 50;

export async function readApplication() {
  return outcome((await asUser()).identity.GET("/me/application"));
}

export async function listOwnCourses(status: Status | undefined, page: number) {
  const query = { status, limit: COURSES_A_PAGE, offset: (page - 1) * COURSES_A_PAGE };
  return outcome((await asUser()).course.GET("/courses/my", { params: { query } }));
}

/** Return the signed-in teacher's own course; others' courses are not shown, nor are missing ones. */
export const readOwnCourse = cache(async (id: string): Promise<Result<CourseRead>> => {
  const user = await requireRole("teacher");
  const course = await outcome(
    (await asUser()).course.GET("/courses/{course_id}", { params: { path: { course_id: id } } }),
  );
  if (!course.ok && (course.kind === "not_found" || course.kind === "invalid")) notFound();
  if (course.ok && course.data.teacher_id !== user.sub) forbidden();
  return course;
});

export async function readCurriculum(course_id: string) {
  return outcome((await asUser()).course.GET("/courses/{course_id}/curriculum", { params: { path: { course_id } } }));
}

export async function readLesson(lesson_id: string) {
  return outcome((await asUser()).course.GET("/lessons/{lesson_id}", { params: { path: { lesson_id } } }));
}

/** Return a page of a course's students; without an explicit `Accept` the service responds with JSON. */
export async function readRoster(course_id: string, page: number, wanted: RosterQuery) {
  const query = { ...wanted, limit: STUDENTS_A_PAGE, offset: (page - 1) * STUDENTS_A_PAGE };
  const params = { path: { course_id }, query };
  const roster = await outcome((await asUser()).enrollment.GET("/enrollments/course/{course_id}", { params }));
  return roster as Result<RosterPage>;
}
