import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";

import { FailurePanel } from "@/components/ui/failure-panel";
import { readLesson, readOwnCourse } from "@/features/studio/data";
import { LessonEditor } from "@/features/studio/lessons/lesson-editor";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string; lesson: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("studio.lesson");
  return privateMetadata(t("pageTitle"), t("contentHint"));
}

export default async function LessonPage({ params }: Props) {
  const { id, lesson: lessonId } = await params;
  const [t, course, lesson] = await Promise.all([getTranslations("studio"), readOwnCourse(id), readLesson(lessonId)]);
  if (!lesson.ok && lesson.kind !== "unavailable") notFound();
  if (lesson.ok && lesson.data.course_id !== id) notFound();
  return (
    <div className="page py-8 sm:py-10">
      <nav aria-label={t("lesson.where")} className="flex flex-wrap items-center gap-x-2 eyebrow">
        <Link href={`/studio/courses/${id}/curriculum`} className="min-w-0 py-1.5 wrap-anywhere quiet-link">
          {course.ok ? course.data.title : t("course")}
        </Link>
      </nav>
      <h1 className="mt-1 mb-4 text-2xl">{t("lesson.pageTitle")}</h1>
      {lesson.ok ? (
        <>
          <ClientMessages areas={["studio"]}>
            <LessonEditor key={lesson.data.id} lesson={lesson.data} />
          </ClientMessages>
          <nav
            aria-label={t("lesson.others")}
            className="mt-12 flex flex-wrap gap-x-8 gap-y-2 border-t border-rule pt-5"
          >
            <Neighbour id={id} lesson={lesson.data.previous_id} label={t("lesson.previous")} />
            <Neighbour id={id} lesson={lesson.data.next_id} label={t("lesson.next")} />
            <Link
              href={`/studio/courses/${id}/preview?lesson=${lesson.data.id}`}
              className="ml-auto inline-flex min-h-11 items-center link"
            >
              {t("preview.open")}
            </Link>
          </nav>
        </>
      ) : (
        <FailurePanel failure={lesson} />
      )}
    </div>
  );
}

function Neighbour({ id, lesson, label }: { id: string; lesson: string | null; label: string }) {
  if (!lesson) return null;
  return (
    <Link href={`/studio/courses/${id}/lessons/${lesson}`} className="inline-flex min-h-11 items-center link">
      {label}
    </Link>
  );
}
