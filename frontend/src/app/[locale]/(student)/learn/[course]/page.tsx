import { getLocale, getTranslations } from "next-intl/server";

import { readCurriculum } from "@/features/course/data";
import { enterCourse } from "@/features/learn/access";
import { readLessonsDone } from "@/features/learn/data";
import { lessonsOf, lessonToResume } from "@/features/learn/resume";
import { redirect } from "@/lib/i18n/navigation";

/** Redirects to the lesson at which the user resumes. */
export default async function ResumePage({ params }: { params: Promise<{ course: string }> }) {
  const access = await enterCourse((await params).course);
  // The surrounding layout says what is missing.
  if (!access.ok) return null;
  const { course, enrollment } = access;
  const [curriculum, done] = await Promise.all([readCurriculum(course.id), readLessonsDone(course.id)]);
  if (!curriculum.ok || !done.ok) return null;
  const last = enrollment?.last_lesson_id ?? null;
  const lesson = lessonToResume(lessonsOf(curriculum.data), done.data.completed_lesson_ids, last);
  if (lesson) redirect({ href: `/learn/${course.slug}/${lesson.id}`, locale: await getLocale() });
  const t = await getTranslations("learn.player");
  return <h1 className="text-2xl">{t("noLessons")}</h1>;
}
