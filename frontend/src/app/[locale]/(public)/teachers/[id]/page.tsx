import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { COURSE_GRID, CourseCard } from "@/features/catalogue/course-card";
import { readCoursesOf, readProfile } from "@/features/teacher/data";
import type { CourseList } from "@/lib/api/types";
import { pageMetadata } from "@/lib/seo";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  const [t, profile] = await Promise.all([getTranslations("teacher"), readProfile(id)]);
  if (!profile.ok) return { title: t("fallbackTitle") };
  const { name, bio } = profile.data;
  return pageMetadata({
    title: name,
    description: bio.slice(0, 160) || t("description", { name }),
    path: `/teachers/${id}`,
  });
}

export default async function TeacherPage({ params }: Props) {
  const { id } = await params;
  const [t, profile, courses] = await Promise.all([getTranslations("teacher"), readProfile(id), readCoursesOf(id)]);
  return (
    <div className="page py-12 sm:py-16">
      <p className="eyebrow">{t("eyebrow")}</p>
      {profile.ok ? (
        <>
          <h1 className="mt-2 text-3xl sm:text-[2.75rem]">{profile.data.name}</h1>
          {profile.data.bio && (
            <p className="mt-5 max-w-prose text-lg whitespace-pre-line text-soft">{profile.data.bio}</p>
          )}
        </>
      ) : (
        <>
          <h1 className="mt-2 mb-6 text-3xl">{t("fallbackTitle")}</h1>
          <FailurePanel failure={profile} />
        </>
      )}
      {courses.ok && courses.data.total > 0 && <Figures list={courses.data} />}
      <section className="mt-14">
        <h2 className="mb-6 border-b border-rule pb-3 text-2xl">{t("courses")}</h2>
        {!courses.ok && <FailurePanel failure={courses} />}
        {courses.ok && courses.data.items.length === 0 && <EmptyState title={t("none")} />}
        {courses.ok && (
          <ul className={COURSE_GRID}>
            {courses.data.items.map((course, index) => (
              <li key={course.id}>
                <CourseCard course={course} first={index < 4} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

async function Figures({ list }: { list: CourseList }) {
  const t = await getTranslations("teacher.figures");
  const students = list.items.reduce((sum, course) => sum + course.enrollment_count, 0);
  const reviews = list.items.reduce((sum, course) => sum + course.review_count, 0);
  const figures = [
    t("courses", { count: list.total }),
    t("students", { count: students }),
    t("reviews", { count: reviews }),
  ];
  return (
    <ul className="mt-6 flex flex-wrap gap-x-6 gap-y-1 text-[0.9375rem] text-soft">
      {figures.map((figure) => (
        <li key={figure}>{figure}</li>
      ))}
    </ul>
  );
}
