import { Plus } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { FailurePanel } from "@/components/ui/failure-panel";
import { pageOf, Pagination } from "@/components/ui/pagination";
import { ApplicationPanel } from "@/features/studio/courses/application-panel";
import { CourseTable } from "@/features/studio/courses/course-table";
import { COURSES_A_PAGE, listOwnCourses, readApplication } from "@/features/studio/data";
import { type Status, statusOf, STATUSES } from "@/features/studio/courses/status";
import { ClientMessages } from "@/lib/i18n/client-messages";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireRole } from "@/lib/session/current";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

type Counts = Record<Status | "enrollments" | "reviews", number>;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("studio");
  return privateMetadata(t("title"), t("description"));
}

export default async function StudioPage({ searchParams }: Props) {
  await requireRole("teacher");
  const query = await searchParams;
  const [status, page] = [statusOf(query.status), pageOf(query.page)];
  const [t, application, courses] = await Promise.all([
    getTranslations("studio"),
    readApplication(),
    listOwnCourses(status, page),
  ]);
  const verified = !application.ok || application.data.status === "verified";
  return (
    <div className="page py-10">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-3xl sm:text-4xl">{t("title")}</h1>
        {verified && <NewCourse />}
      </div>
      {application.ok && !verified && (
        <div className="mt-8">
          <ClientMessages areas={[]}>
            <ApplicationPanel application={application.data} />
          </ClientMessages>
        </div>
      )}
      <section aria-label={t("list.label")} className="mt-8">
        {courses.ok ? (
          <>
            <Filter counts={courses.data.counts} status={status} />
            {courses.data.items.length > 0 ? (
              <CourseTable courses={courses.data.items} />
            ) : (
              <Empty status={status} verified={verified} />
            )}
            <div className="mt-8">
              <Pagination
                page={page}
                pages={Math.ceil(courses.data.total / COURSES_A_PAGE)}
                href={(number) => `/studio?${new URLSearchParams({ ...(status && { status }), page: String(number) })}`}
              />
            </div>
          </>
        ) : (
          <FailurePanel failure={courses} />
        )}
      </section>
    </div>
  );
}

async function NewCourse() {
  const t = await getTranslations("studio");
  return (
    <Link href="/studio/courses/new" className={buttonClass()}>
      <Plus aria-hidden className="size-4" />
      {t("create.open")}
    </Link>
  );
}

async function Filter({ counts, status }: { counts: Counts; status?: Status }) {
  const t = await getTranslations("studio.list");
  const all = STATUSES.reduce((sum, name) => sum + counts[name], 0);
  const link = (name: Status | undefined, count: number) => (
    <Link
      key={name ?? "all"}
      href={name ? `/studio?status=${name}` : "/studio"}
      aria-current={name === status ? "true" : undefined}
      className="inline-block py-2.5 text-[0.9375rem] text-soft hover:text-ink aria-[current]:font-medium aria-[current]:text-ink aria-[current]:underline aria-[current]:underline-offset-8"
    >
      {t(name ?? "all")} <span className="text-sm tabular-nums">{count}</span>
    </Link>
  );
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-x-8 gap-y-1">
      <nav aria-label={t("filter")} className="flex flex-wrap gap-x-6">
        {link(undefined, all)}
        {STATUSES.map((name) => link(name, counts[name]))}
      </nav>
      <p className="text-sm text-soft">{t("sum", { students: counts.enrollments, reviews: counts.reviews })}</p>
    </div>
  );
}

async function Empty({ status, verified }: { status?: Status; verified: boolean }) {
  const t = await getTranslations("studio.empty");
  if (status) {
    return (
      <EmptyState
        title={t(`of.${status}`)}
        action={
          <Link href="/studio" className={buttonClass("secondary")}>
            {t("showAll")}
          </Link>
        }
      />
    );
  }
  if (!verified) {
    return (
      <EmptyState
        title={t("waiting")}
        action={
          <Link href="/courses" className={buttonClass("secondary")}>
            {t("browse")}
          </Link>
        }
      >
        {t("waitingText")}
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t("first")} action={<NewCourse />}>
      {t("firstText")}
    </EmptyState>
  );
}
