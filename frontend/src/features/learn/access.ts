import "server-only";

import { getLocale } from "next-intl/server";
import { cache } from "react";

import { readCourse } from "@/features/course/data";
import { type Failure } from "@/lib/api/result";
import type { CourseRead, Enrolled } from "@/lib/api/types";
import { redirect } from "@/lib/i18n/navigation";
import { requireUser } from "@/lib/session/current";

import { readEnrollment } from "./data";

type Access = { ok: true; course: CourseRead; enrollment: Enrolled | null } | Failure;

/**
 * Return the course for users who may open it: its students, and its teacher and admins, who have no enrollment. Others
 * are redirected to the course's page.
 */
export const enterCourse = cache(async (ref: string): Promise<Access> => {
  const user = await requireUser();
  const course = await readCourse(ref);
  if (!course.ok) return course;
  const enrollment = await readEnrollment(course.data.id);
  if (!enrollment.ok) return enrollment;
  const onlyLooks = user.sub === course.data.teacher_id || user.role === "admin";
  if (!enrollment.data && !onlyLooks) {
    return redirect({ href: `/courses/${course.data.slug}`, locale: await getLocale() });
  }
  return { ok: true, course: course.data, enrollment: enrollment.data };
});
