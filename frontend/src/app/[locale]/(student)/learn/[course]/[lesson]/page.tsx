import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";

import { FailurePanel } from "@/components/ui/failure-panel";
import { Markdown } from "@/components/ui/markdown";
import { Notice } from "@/components/ui/notice";
import { enterCourse } from "@/features/learn/access";
import { readLessonsDone, readOpenLesson } from "@/features/learn/data";
import { LessonSteps } from "@/features/learn/lesson-steps";
import { LessonVisit } from "@/features/learn/lesson-visit";
import { positionIn } from "@/features/learn/video-position";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { currentUser } from "@/lib/session/current";

interface Props {
  params: Promise<{ course: string; lesson: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { course: ref, lesson: id } = await params;
  const [t, access, lesson] = await Promise.all([
    getTranslations("learn.player"),
    enterCourse(ref),
    readOpenLesson(id),
  ]);
  const course = access.ok ? access.course.title : "";
  const title = lesson.ok ? lesson.data.title : t("lesson");
  return privateMetadata(title, t("description", { lesson: title, course }));
}

export default async function LessonPage({ params }: Props) {
  const { course: ref, lesson: id } = await params;
  const access = await enterCourse(ref);
  // The surrounding layout says what is missing.
  if (!access.ok) return null;
  const { course, enrollment } = access;
  const [t, result, done] = await Promise.all([
    getTranslations("learn.player"),
    readOpenLesson(id),
    readLessonsDone(course.id),
  ]);
  if (!result.ok) {
    if (result.kind === "not_found" || result.kind === "invalid") notFound();
    return (
      <>
        <h1 className="sr-only">{t("lesson")}</h1>
        <FailurePanel failure={result} />
      </>
    );
  }
  const lesson = result.data;
  if (lesson.course_id !== course.id) notFound();
  const isTeacher = (await currentUser())?.sub === course.teacher_id;
  return (
    <article>
      {!enrollment && (
        <div className="mb-8">
          <Notice>
            {t("onlyLooking")}{" "}
            {isTeacher && (
              <Link href={`/studio/courses/${course.id}/lessons/${lesson.id}`} className="inline-block py-0.5 link">
                {t("edit")}
              </Link>
            )}
          </Notice>
        </div>
      )}
      <h1 tabIndex={-1} lang={course.language} className="text-3xl [overflow-wrap:anywhere] sm:text-4xl">
        {lesson.title}
      </h1>
      <LessonVisit key={lesson.id} lesson={lesson} from={done.ok ? positionIn(lesson, done.data) : 0} />
      {!lesson.content.trim() && !lesson.video_url && <p className="mt-8 text-soft">{t("nothing")}</p>}
      {lesson.content && (
        <div lang={course.language} className="mt-8">
          <Markdown>{lesson.content}</Markdown>
        </div>
      )}
      <LessonSteps key={`steps-${lesson.id}`} lesson={{ id: lesson.id, title: lesson.title }} />
    </article>
  );
}
