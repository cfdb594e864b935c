import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { Cover } from "@/components/cover/cover";
import { buttonClass } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { ReviewDialog } from "@/features/review/review-dialog";
import type { CourseRead, Enrolled, Review } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

interface Taken {
  enrollment: Enrolled;
  course: CourseRead | undefined;
}

const coverOf = ({ enrollment, course }: Taken) => course ?? { title: enrollment.course_title, category: null };

/** The course that was opened last, with a link to resume it. */
export function ContinueCard({ taken, next }: { taken: Taken; next: string | undefined }) {
  const t = useTranslations("learn");
  const { enrollment } = taken;
  const begun = enrollment.last_lesson_id !== null;
  return (
    <section
      aria-labelledby="continue"
      className="grid items-center gap-x-10 gap-y-6 md:grid-cols-2 lg:grid-cols-[minmax(0,26rem)_1fr]"
    >
      <Cover course={coverOf(taken)} first className="rounded-panel" />
      <div className="min-w-0">
        <p className="eyebrow">{t(begun ? "continueEyebrow" : "startEyebrow")}</p>
        <h2 id="continue" className="mt-1 line-clamp-3 text-2xl leading-snug [overflow-wrap:anywhere] sm:text-3xl">
          {enrollment.course_title}
        </h2>
        <p className="mt-1 text-soft">{enrollment.teacher_name}</p>
        <div className="mt-5 max-w-md">
          <Standing enrollment={enrollment} />
        </div>
        {next && <p className="mt-3 line-clamp-2 text-[0.9375rem]">{t("upNext", { lesson: next })}</p>}
        <Link href={`/learn/${enrollment.course_slug}`} prefetch={false} className={buttonClass("primary", "mt-6")}>
          {t(begun ? "continue" : "start")}
        </Link>
      </div>
    </section>
  );
}

/** A course in progress, in a list. */
export function CurrentCourse({ taken, review }: { taken: Taken; review: Review | null | undefined }) {
  const t = useTranslations("learn");
  const { enrollment } = taken;
  const label = enrollment.last_lesson_id ? "continue" : "start";
  return (
    <Row taken={taken} below={<Standing enrollment={enrollment} />}>
      {enrollment.last_lesson_id && <Reviewed enrollment={enrollment} review={review} />}
      <Link
        href={`/learn/${enrollment.course_slug}`}
        prefetch={false}
        aria-label={t(`${label}Of`, { course: enrollment.course_title })}
        className={buttonClass("secondary")}
      >
        {t(label)}
      </Link>
    </Row>
  );
}

export function FinishedCourse({ taken, review }: { taken: Taken; review: Review | null | undefined }) {
  const t = useTranslations("learn");
  const { enrollment } = taken;
  return (
    <Row taken={taken}>
      <Reviewed enrollment={enrollment} review={review} />
      {enrollment.certificate_code && (
        <Link
          href={`/certificates/${enrollment.certificate_code}`}
          aria-label={t("certificateOf", { course: enrollment.course_title })}
          className={buttonClass("secondary")}
        >
          {t("certificate")}
        </Link>
      )}
    </Row>
  );
}

function Row({ taken, below, children }: { taken: Taken; below?: ReactNode; children: ReactNode }) {
  const { enrollment } = taken;
  return (
    <li className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-center gap-x-5 gap-y-4 border-b border-rule py-5 sm:grid-cols-[8rem_minmax(0,1fr)_auto]">
      <Cover course={coverOf(taken)} className="rounded-control" />
      <div className="min-w-0">
        <h3 className="line-clamp-2 text-lg leading-snug [overflow-wrap:anywhere]">
          <Link href={`/learn/${enrollment.course_slug}`} prefetch={false} className="quiet-link">
            {enrollment.course_title}
          </Link>
        </h3>
        <p className="truncate text-sm text-soft">{enrollment.teacher_name}</p>
        {below && <div className="mt-3 max-w-sm">{below}</div>}
      </div>
      <div className="col-span-2 flex flex-wrap items-center gap-2 sm:col-span-1 sm:justify-end">{children}</div>
    </li>
  );
}

/** Undefined means that reviews are unavailable: then none is offered. */
function Reviewed({ enrollment, review }: { enrollment: Enrolled; review: Review | null | undefined }) {
  if (review === undefined) return null;
  return <ReviewDialog course={{ id: enrollment.course_id, title: enrollment.course_title }} review={review} />;
}

function Standing({ enrollment }: { enrollment: Enrolled }) {
  const t = useTranslations("learn");
  const { course_title: course, completed_lessons: done, total_lessons: total } = enrollment;
  return (
    <div className="space-y-2">
      <Progress value={enrollment.progress} label={t("progressOf", { course })} />
      <p className="text-sm text-soft tabular-nums">{t("player.count", { done, total })}</p>
    </div>
  );
}
