import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { lessonsOf } from "@/features/learn/resume";
import { CourseFrame } from "@/features/studio/courses/course-frame";
import { readCurriculum, readOwnCourse } from "@/features/studio/data";
import { Link, redirect } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ lesson?: string | string[] }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("studio"), readOwnCourse((await params).id)]);
  return privateMetadata(`${t("preview.title")}: ${course.ok ? course.data.title : t("course")}`, t("preview.title"));
}

/** Opens the player, in which students learn, at the lesson asked for or the first one. */
export default async function PreviewPage({ params, searchParams }: Props) {
  const [{ id }, { lesson }] = await Promise.all([params, searchParams]);
  const [course, curriculum] = await Promise.all([readOwnCourse(id), readCurriculum(id)]);
  const lessons = curriculum.ok ? lessonsOf(curriculum.data) : [];
  const shown = lessons.find((one) => one.id === lesson) ?? lessons[0];
  if (course.ok && shown) redirect({ href: `/learn/${course.data.slug}/${shown.id}`, locale: await getLocale() });
  return (
    <CourseFrame id={id} course={course}>
      {curriculum.ok ? <NoLessons courseId={id} /> : <FailurePanel failure={curriculum} />}
    </CourseFrame>
  );
}

async function NoLessons({ courseId }: { courseId: string }) {
  const t = await getTranslations("studio.preview");
  return (
    <EmptyState
      title={t("empty")}
      action={
        <Link href={`/studio/courses/${courseId}/curriculum`} className={buttonClass()}>
          {t("write")}
        </Link>
      }
    />
  );
}
