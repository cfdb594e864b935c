import { Eye } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { FailurePanel } from "@/components/ui/failure-panel";
import type { Result } from "@/lib/api/result";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { STATE_TONE, stateOf } from "./status";

const TABS = { details: "", curriculum: "/curriculum", publish: "/publish", students: "/students" };
type Tab = keyof typeof TABS;

/** The frame of each page of a course's editor; without the course, `children` are not rendered. */
export function CourseFrame(props: { id: string; course: Result<CourseRead>; tab?: Tab; children: ReactNode }) {
  const t = useTranslations("studio");
  const course = props.course.ok ? props.course.data : undefined;
  return (
    <div className="page py-8 sm:py-10">
      <p className="eyebrow">
        <Link href="/studio" className="inline-flex min-h-8 items-center quiet-link">
          {t("title")}
        </Link>
      </p>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
        <div className="max-w-3xl min-w-0">
          <h1 className="text-2xl break-words sm:text-3xl">
            {course && props.tab ? (
              <>
                {course.title}
                <span className="sr-only">: {t(`tabs.${props.tab}`)}</span>
              </>
            ) : (
              (course?.title ?? t("course"))
            )}
          </h1>
          {course && (
            <p className="mt-2">
              <Badge tone={STATE_TONE[stateOf(course)]}>{t(`status.${stateOf(course)}`)}</Badge>
            </p>
          )}
        </div>
        {course && (
          <Link href={`/studio/courses/${props.id}/preview`} className={buttonClass("secondary")}>
            <Eye aria-hidden className="size-4" />
            {t("preview.open")}
          </Link>
        )}
      </div>
      <CourseTabs id={props.id} current={props.tab} />
      {props.course.ok ? props.children : <FailurePanel failure={props.course} />}
    </div>
  );
}

function CourseTabs({ id, current }: { id: string; current?: Tab }) {
  const t = useTranslations("studio.tabs");
  return (
    <nav aria-label={t("label")} className="mt-6 mb-8 flex flex-wrap gap-x-3 border-b border-rule sm:gap-x-6">
      {(Object.keys(TABS) as Tab[]).map((tab) => (
        <Link
          key={tab}
          href={`/studio/courses/${id}${TABS[tab]}`}
          aria-current={tab === current ? "page" : undefined}
          className="-mb-px inline-flex min-h-11 items-center border-b-2 border-transparent text-sm text-soft hover:text-ink aria-[current]:border-accent aria-[current]:font-medium aria-[current]:text-ink sm:text-[0.9375rem]"
        >
          {t(tab)}
        </Link>
      ))}
    </nav>
  );
}
