import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { readCurriculum, readLesson, readOwnCourse } from "@/features/studio/data";
import { PreviewLesson, PreviewOutline } from "@/features/studio/lessons/preview";
import type { ModuleOutline } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ lesson?: string | string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("studio"), readOwnCourse((await params).id)]);
  return privateMetadata(`${t("preview.title")}: ${course.ok ? course.data.title : t("course")}`, t("preview.text"));
}

export default async function PreviewPage({ params, searchParams }: Props) {
  const [{ id }, { lesson }] = await Promise.all([params, searchParams]);
  const [t, course, curriculum] = await Promise.all([getTranslations("studio"), readOwnCourse(id), readCurriculum(id)]);
  return (
    <div className="page py-8 sm:py-10">
      <div className="mb-8 flex flex-wrap items-center justify-between gap-4 border-l-4 border-accent bg-accent-soft px-5 py-3">
        <p className="min-w-60 flex-1 text-[0.9375rem]">{t("preview.text")}</p>
        <div className="flex flex-wrap gap-3">
          {course.ok && (
            <Link href={`/courses/${course.data.slug}`} className={buttonClass("secondary")}>
              {t("preview.coursePage")}
            </Link>
          )}
          <Link href={`/studio/courses/${id}`} className={buttonClass("secondary")}>
            {t("preview.back")}
          </Link>
        </div>
      </div>
      <h1 className="mb-8 text-2xl break-words text-soft">{course.ok ? course.data.title : t("course")}</h1>
      {curriculum.ok ? (
        <Lessons courseId={id} modules={curriculum.data.modules} asked={lesson} />
      ) : (
        <FailurePanel failure={curriculum} />
      )}
    </div>
  );
}

async function Lessons(props: { courseId: string; modules: ModuleOutline[]; asked?: string | string[] }) {
  const t = await getTranslations("studio.preview");
  const lessons = props.modules.flatMap((module) => module.lessons);
  const current = lessons.find((one) => one.id === props.asked) ?? lessons[0];
  if (!current) {
    return (
      <EmptyState
        title={t("empty")}
        action={
          <Link href={`/studio/courses/${props.courseId}/curriculum`} className={buttonClass()}>
            {t("write")}
          </Link>
        }
      />
    );
  }
  const lesson = await readLesson(current.id);
  return (
    <div className="grid gap-x-14 gap-y-10 lg:grid-cols-[18rem_1fr]">
      <PreviewOutline courseId={props.courseId} modules={props.modules} current={current.id} />
      {lesson.ok ? <PreviewLesson lesson={lesson.data} /> : <FailurePanel failure={lesson} />}
    </div>
  );
}
