import "server-only";

import { readCurriculum } from "@/features/course/data";
import type { Enrolled } from "@/lib/api/types";

import { readLessonsDone } from "./data";
import { lessonsOf, lessonToResume } from "./resume";

/** The title of the lesson where an enrollment goes on; undefined when it cannot be had. */
export async function titleOfNextLesson(enrollment: Enrolled): Promise<string | undefined> {
  const { course_id, last_lesson_id } = enrollment;
  const [curriculum, done] = await Promise.all([readCurriculum(course_id), readLessonsDone(course_id)]);
  if (!curriculum.ok || !done.ok) return undefined;
  return lessonToResume(lessonsOf(curriculum.data), done.data.completed_lesson_ids, last_lesson_id)?.title;
}
