import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { ContinueCard, CurrentCourse, FinishedCourse } from "@/features/learn/course-lists";
import { readCourses, readShelves, type Shelves, titleOfNextLesson } from "@/features/learn/data";
import { readMyReviews } from "@/features/review/data";
import type { Enrolled } from "@/lib/api/types";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("learn");
  return privateMetadata(t("title"), t("description"));
}

export default async function LearnPage() {
  await requireUser();
  const [t, shelves] = await Promise.all([getTranslations("learn"), readShelves()]);
  return (
    <div className="page pt-10 sm:pt-14">
      <div className="mb-10 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h1 className="text-3xl sm:text-4xl">{t("title")}</h1>
        <Link href="/certificates" className="inline-flex min-h-8 items-center text-[0.9375rem] link">
          {t("certificates")}
        </Link>
      </div>
      {shelves.ok ? <Courses shelves={shelves.data} /> : <FailurePanel failure={shelves} />}
    </div>
  );
}

async function Courses({ shelves: { current, finished } }: { shelves: Shelves }) {
  const t = await getTranslations("learn");
  const [latest, ...others] = current;
  if (!latest && finished.length === 0) return <Nothing />;
  const [courses, reviews, next] = await Promise.all([
    readCourses([...current, ...finished].map(({ course_id }) => course_id)),
    readMyReviews(),
    latest && titleOfNextLesson(latest),
  ]);
  const taken = (enrollment: Enrolled) => ({ enrollment, course: courses.get(enrollment.course_id) });
  const reviewOf = ({ course_id }: Enrolled) => (reviews.ok ? (reviews.data.get(course_id) ?? null) : undefined);
  return (
    <ClientMessages areas={["learn"]}>
      <div className="space-y-16">
        {latest && <ContinueCard taken={taken(latest)} next={next} />}
        {others.length > 0 && (
          <List title={t("current")}>
            {others.map((one) => (
              <CurrentCourse key={one.id} taken={taken(one)} review={reviewOf(one)} />
            ))}
          </List>
        )}
        {finished.length > 0 && (
          <List title={t("finishedCourses")}>
            {finished.map((one) => (
              <FinishedCourse key={one.id} taken={taken(one)} review={reviewOf(one)} />
            ))}
          </List>
        )}
      </div>
    </ClientMessages>
  );
}

function List({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="border-b border-rule pb-3 text-2xl">{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

async function Nothing() {
  const t = await getTranslations("learn.empty");
  return (
    <EmptyState
      title={t("title")}
      action={
        <Link href="/courses" className={buttonClass()}>
          {t("action")}
        </Link>
      }
    >
      {t("text")}
    </EmptyState>
  );
}
