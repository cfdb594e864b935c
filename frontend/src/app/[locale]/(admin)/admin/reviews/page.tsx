import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { Stars } from "@/components/ui/rating";
import { AdminListPage } from "@/features/admin/admin-list-page";
import { adminMetadata } from "@/features/admin/admin-page";
import { findReviews } from "@/features/admin/data";
import { ReviewDialog } from "@/features/admin/moderation-dialogs";
import { hrefWith, readQuery, REVIEW_STATES, ReviewsQuery } from "@/features/admin/query";
import type { SearchParams } from "@/features/catalogue/read-filters";
import type { AdminReview } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/reviews";

export const generateMetadata = () => adminMetadata("reviews");

export default async function ReviewsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(ReviewsQuery, await searchParams);
  const [t, reviews] = await Promise.all([getTranslations("admin.reviews"), findReviews(wanted)]);
  return (
    <AdminListPage
      name="reviews"
      path={PATH}
      query={wanted}
      list={reviews}
      filters={[
        {
          name: "state",
          label: t("state"),
          value: wanted.state,
          options: REVIEW_STATES.map((state) => [state, t(`states.${state}`)]),
        },
      ]}
      note={
        wanted.course_id && (
          <p className="border-b border-rule py-3 text-[0.9375rem]">
            {t("ofOneCourse")}{" "}
            <Link href={hrefWith(PATH, { state: wanted.state })} className="link">
              {t("all")}
            </Link>
          </p>
        )
      }
    >
      {(review) => <ReviewRow key={review.id} review={review} />}
    </AdminListPage>
  );
}

async function ReviewRow({ review }: { review: AdminReview }) {
  const [t, format] = await Promise.all([getTranslations("admin.reviews"), getFormatter()]);
  const author = review.author_name || t("formerStudent");
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-rule py-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <Stars value={review.rating} />
          <span className="min-w-0 font-medium wrap-anywhere">{author}</span>
          {review.hidden && <Badge tone="danger">{t("hidden")}</Badge>}
        </p>
        {review.comment && (
          <p className="mt-1 max-w-prose text-[0.9375rem] wrap-anywhere whitespace-pre-line">{review.comment}</p>
        )}
        <p className="text-sm wrap-anywhere text-soft">
          <Link
            href={`/courses/${review.course_slug}#reviews`}
            prefetch={false}
            className="inline-block max-w-full py-1 quiet-link"
          >
            {review.course_title}
          </Link>{" "}
          · {format.dateTime(new Date(review.created_at), "day")}
        </p>
        {review.open_reports > 0 && (
          <Link
            href={hrefWith("/admin/reports", { status: "open", type: "review", course_id: review.course_id })}
            className="inline-block py-1 text-sm link"
          >
            {t("reports", { count: review.open_reports })}
          </Link>
        )}
      </div>
      <ReviewDialog review={review} author={author} />
    </li>
  );
}
