import { getFormatter, getTranslations } from "next-intl/server";

import { Badge } from "@/components/ui/badge";
import { Stars } from "@/components/ui/rating";
import { AdminListPage } from "@/features/admin/admin-list-page";
import { adminMetadata } from "@/features/admin/admin-page";
import { findReports, namesOf } from "@/features/admin/data";
import { DecisionDialog } from "@/features/admin/moderation-dialogs";
import { hrefWith, readQuery, REPORT_STATUSES, REPORT_TYPES, ReportsQuery } from "@/features/admin/query";
import type { SearchParams } from "@/features/catalogue/read-filters";
import { isReason } from "@/features/report/reasons";
import type { Report } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { requireRole } from "@/lib/session/current";

const PATH = "/admin/reports";
const TONES = { open: "warning", dismissed: "neutral", hidden: "danger", removed: "danger" } as const;

export const generateMetadata = () => adminMetadata("reports");

export default async function ReportsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole("admin");
  const wanted = readQuery(ReportsQuery, await searchParams);
  const [t, reports] = await Promise.all([getTranslations("admin.reports"), findReports(wanted)]);
  const names = await namesOf(reports.ok ? reports.data.items.map(({ reporter_id }) => reporter_id) : []);
  return (
    <AdminListPage
      name="reports"
      path={PATH}
      query={wanted}
      list={reports}
      filters={[
        {
          name: "status",
          label: t("status"),
          value: wanted.status,
          options: REPORT_STATUSES.map((status) => [status, t(`statuses.${status}`)]),
        },
        {
          name: "type",
          label: t("type"),
          value: wanted.type,
          options: REPORT_TYPES.map((type) => [type, t(`types.${type}`)]),
        },
      ]}
      note={
        wanted.course_id && (
          <p className="border-b border-rule py-3 text-[0.9375rem]">
            {t("ofOneCourse")}{" "}
            <Link href={hrefWith(PATH, { status: wanted.status, type: wanted.type })} className="link">
              {t("all")}
            </Link>
          </p>
        )
      }
    >
      {(report) => <ReportRow key={report.id} report={report} reporter={names.get(report.reporter_id)} />}
    </AdminListPage>
  );
}

async function ReportRow({ report, reporter }: { report: Report; reporter?: string }) {
  const [t, reasons, format] = await Promise.all([
    getTranslations("admin.reports"),
    getTranslations("course.report.reasons"),
    getFormatter(),
  ]);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 border-b border-rule py-4">
      <div className="min-w-0 flex-1 basis-64 space-y-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="min-w-0 wrap-anywhere">
            {isReason(report.reason) ? reasons(report.reason) : report.reason}
          </span>
          <Badge>{t(`types.${report.type}`)}</Badge>
          <Badge tone={TONES[report.status]}>{t(`statuses.${report.status}`)}</Badge>
        </p>
        <p className="text-[0.9375rem] wrap-anywhere">
          <Link
            href={hrefWith("/admin/courses", { course_id: report.course_id })}
            className="inline-block max-w-full py-0.5 quiet-link"
          >
            {report.course_title}
          </Link>
        </p>
        {report.type === "review" && <ReportedReview review={report.review} />}
        {report.comment && (
          <p className="max-w-prose text-[0.9375rem] wrap-anywhere whitespace-pre-line">{report.comment}</p>
        )}
        <p className="text-sm wrap-anywhere text-soft">
          {t("by", { name: reporter ?? t("formerUser") })} · {format.dateTime(new Date(report.created_at), "moment")}
        </p>
        {report.note && <p className="text-sm wrap-anywhere">{t("noted", { note: report.note })}</p>}
      </div>
      {report.status === "open" && <DecisionDialog report={report} />}
    </li>
  );
}

async function ReportedReview({ review }: { review: Report["review"] }) {
  const t = await getTranslations("admin.reviews");
  if (!review) return <p className="text-sm text-soft">{t("deleted")}</p>;
  return (
    <blockquote className="max-w-prose border-l-4 border-rule-strong px-4 text-[0.9375rem] wrap-anywhere">
      <p className="flex flex-wrap items-center gap-2">
        <Stars value={review.rating} /> {review.author_name || t("formerStudent")}
      </p>
      {review.comment && <p className="mt-1 whitespace-pre-line">{review.comment}</p>}
    </blockquote>
  );
}
