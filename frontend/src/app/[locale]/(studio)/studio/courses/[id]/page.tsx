import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { listCategories } from "@/features/catalogue/data";
import { CourseFrame } from "@/features/studio/courses/course-frame";
import { readOwnCourse } from "@/features/studio/data";
import { DetailsForm } from "@/features/studio/courses/details-form";
import { privateMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, course] = await Promise.all([getTranslations("studio"), readOwnCourse((await params).id)]);
  return privateMetadata(course.ok ? course.data.title : t("course"), t("details.description"));
}

export default async function DetailsPage({ params }: Props) {
  const { id } = await params;
  const [course, categories] = await Promise.all([readOwnCourse(id), listCategories()]);
  return (
    <CourseFrame id={id} course={course} tab="details">
      {course.ok && (
        <DetailsForm
          course={course.data}
          version={course.etag ?? "*"}
          categories={categories.ok ? categories.data.items : []}
        />
      )}
    </CourseFrame>
  );
}
