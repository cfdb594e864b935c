import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { CourseFrame } from "@/features/studio/courses/course-frame";
import { readCurriculum, readOwnCourse } from "@/features/studio/data";
import { isEmpty } from "@/features/studio/publish/checklist";
import { PublishPanel } from "@/features/studio/publish/publish-panel";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("studio"), readOwnCourse((await params).id)]);
  const title = course.ok ? course.data.title : t("course");
  return privateMetadata(`${t("tabs.publish")}: ${title}`, t("publish.description"));
}

export default async function PublishPage({ params }: Props) {
  const { id } = await params;
  const [course, curriculum] = await Promise.all([readOwnCourse(id), readCurriculum(id)]);
  const lessons = curriculum.ok ? curriculum.data.modules.flatMap((module) => module.lessons) : [];
  return (
    <CourseFrame id={id} course={course} tab="publish">
      <ClientMessages areas={["studio"]}>
        {course.ok && <PublishPanel course={course.data} empty={lessons.filter(isEmpty)} />}
      </ClientMessages>
    </CourseFrame>
  );
}
