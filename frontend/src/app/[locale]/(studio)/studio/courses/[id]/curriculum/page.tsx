import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { FailurePanel } from "@/components/ui/failure-panel";
import { CourseFrame } from "@/features/studio/courses/course-frame";
import { CurriculumEditor } from "@/features/studio/curriculum/curriculum-editor";
import { readCurriculum, readOwnCourse } from "@/features/studio/data";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("studio"), readOwnCourse((await params).id)]);
  const title = course.ok ? course.data.title : t("course");
  return privateMetadata(`${t("tabs.curriculum")}: ${title}`, t("curriculum.text"));
}

export default async function CurriculumPage({ params }: Props) {
  const { id } = await params;
  const course = await readOwnCourse(id);
  const curriculum = course.ok ? await readCurriculum(id) : undefined;
  return (
    <CourseFrame id={id} course={course} tab="curriculum">
      <ClientMessages areas={["studio"]}>
        {curriculum?.ok && <CurriculumEditor courseId={id} initial={curriculum.data.modules} />}
        {curriculum && !curriculum.ok && <FailurePanel failure={curriculum} />}
      </ClientMessages>
    </CourseFrame>
  );
}
