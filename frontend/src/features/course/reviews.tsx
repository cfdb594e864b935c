import { useFormatter, useTranslations } from "next-intl";

import { buttonClass } from "@/components/ui/button";
import { Stars } from "@/components/ui/rating";
import type { CourseRead, CourseReviews, Review } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";

import { MOST_REVIEWS, type ReviewsQuery, type Standing } from "./data";

const STEP = 10;

interface ReviewsProps {
  course: CourseRead;
  reviews: CourseReviews;
  query: ReviewsQuery;
  standing: Standing;
}

export function Reviews({ course, reviews, query, standing }: ReviewsProps) {
  const t = useTranslations("course.reviews");
  if (reviews.total === 0) return <p className="text-soft">{t("none")}</p>;
  const more = reviews.total > reviews.items.length && query.shown < MOST_REVIEWS;
  const mayReport = standing !== "visitor" && standing !== "admin";
  const href = (order: string, shown: number) => `/courses/${course.slug}?order=${order}&reviews=${shown}#reviews`;
  return (
    <>
      <Summary average={course.avg_rating} total={reviews.total} histogram={reviews.histogram} />
      <nav aria-label={t("order")} className="mt-8 flex gap-5 text-[0.9375rem]">
        {(["newest", "rating"] as const).map((order) => (
          <Link
            key={order}
            href={href(order, query.shown)}
            scroll={false}
            aria-current={order === query.sort ? "true" : undefined}
            className="inline-flex min-h-9 items-center text-soft hover:text-ink aria-[current]:font-medium aria-[current]:text-ink aria-[current]:underline aria-[current]:underline-offset-8"
          >
            {t(order)}
          </Link>
        ))}
      </nav>
      <ul className="mt-2">
        {reviews.items.map((review) => (
          <ReviewItem
            key={review.id}
            review={review}
            reportHref={mayReport ? `/courses/${course.slug}/report?review=${review.id}` : undefined}
          />
        ))}
      </ul>
      {more && (
        <Link href={href(query.sort, query.shown + STEP)} scroll={false} className={buttonClass("secondary", "mt-6")}>
          {t("more")}
        </Link>
      )}
    </>
  );
}

/** The average rating and the distribution of ratings. */
function Summary({ average, total, histogram }: { average: number; total: number; histogram: Record<string, number> }) {
  const t = useTranslations("course.reviews");
  const format = useFormatter();
  return (
    <div className="grid items-center gap-x-10 gap-y-6 sm:grid-cols-[auto_1fr]">
      <div>
        <p className="font-serif text-5xl font-semibold tabular-nums">{format.number(average, "rating")}</p>
        <p className="mt-1 text-sm text-soft">{t("count", { count: total })}</p>
      </div>
      <dl className="max-w-md min-w-0 space-y-1.5">
        {[5, 4, 3, 2, 1].map((grade) => {
          const share = total > 0 ? (histogram[grade] ?? 0) / total : 0;
          return (
            <div key={grade} className="flex items-center gap-3 text-sm">
              <dt className="w-16 shrink-0">{t("grade", { count: grade })}</dt>
              <dd className="flex min-w-0 flex-1 items-center gap-3">
                <svg aria-hidden className="h-1.5 w-full min-w-0 flex-1 overflow-hidden rounded-full">
                  <rect width="100%" height="100%" className="fill-rule" />
                  <rect width={`${share * 100}%`} height="100%" className="fill-star" />
                </svg>
                <span className="w-10 shrink-0 text-right text-soft tabular-nums">
                  {format.number(share, "percent")}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

function ReviewItem({ review, reportHref }: { review: Review; reportHref?: string }) {
  const t = useTranslations("course.reviews");
  const format = useFormatter();
  return (
    <li className="border-b border-rule py-6 last:border-b-0">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="font-medium">{review.author_name || t("formerStudent")}</span>
        <time dateTime={review.created_at} className="text-sm text-soft">
          {format.dateTime(new Date(review.created_at), "day")}
        </time>
      </p>
      <div className="mt-1">
        <Stars value={review.rating} />
      </div>
      {review.comment && <p className="mt-2 max-w-prose whitespace-pre-line">{review.comment}</p>}
      {reportHref && (
        <Link
          href={reportHref}
          prefetch={false}
          className="mt-2 inline-flex min-h-6 items-center text-sm text-soft quiet-link print:hidden"
        >
          {t("report")}{" "}
          <span className="sr-only">{t("reportOf", { name: review.author_name || t("formerStudent") })}</span>
        </Link>
      )}
    </li>
  );
}
