import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

import { buttonClass } from "@/components/ui/button";
import { FailurePanel } from "@/components/ui/failure-panel";
import { SelectField, TextareaField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { readCourse } from "@/features/course/data";
import { REASONS } from "@/features/report/reasons";
import { report } from "@/features/report/report-action";
import type { CourseRead } from "@/lib/api/types";
import { Link } from "@/lib/i18n/navigation";
import { privateMetadata } from "@/lib/seo";
import { requireUser } from "@/lib/session/current";

interface Props {
  params: Promise<{ ref: string }>;
  searchParams: Promise<{ review?: string; sent?: string }>;
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const [t, { review }] = await Promise.all([getTranslations("course.report"), searchParams]);
  return privateMetadata(t(review ? "reviewTitle" : "title"), t("text"));
}

export default async function ReportPage({ params, searchParams }: Props) {
  await requireUser();
  const [t, { ref }, { review, sent }] = await Promise.all([getTranslations("course.report"), params, searchParams]);
  const course = await readCourse(ref);
  return (
    <div className="page-narrow py-12">
      <h1 className="text-3xl">{t(sent ? "sentTitle" : review ? "reviewTitle" : "title")}</h1>
      {!course.ok && <FailurePanel failure={course} />}
      {course.ok && (sent ? <Sent course={course.data} /> : <ReportForm course={course.data} review={review} />)}
    </div>
  );
}

async function ReportForm({ course, review }: { course: CourseRead; review?: string }) {
  const t = await getTranslations("course.report");
  return (
    <>
      <p className="mt-2 mb-8 wrap-anywhere text-soft">
        {t.rich(review ? "reviewAbout" : "about", {
          course: course.title,
          link: (title) => (
            <Link href={`/courses/${course.slug}`} className="link">
              {title}
            </Link>
          ),
        })}{" "}
        {t("text")}
      </p>
      <ActionForm action={report} label={t(review ? "reviewTitle" : "title")}>
        <input type="hidden" name="course_id" value={course.id} />
        <input type="hidden" name="slug" value={course.slug} />
        {review && <input type="hidden" name="review_id" value={review} />}
        <SelectField name="reason" label={t("reason")} initial="spam">
          {REASONS.map((reason) => (
            <option key={reason} value={reason}>
              {t(`reasons.${reason}`)}
            </option>
          ))}
        </SelectField>
        <TextareaField name="comment" label={t("comment")} optional rows={4} maxLength={2000} autoComplete="off" />
        <SubmitButton>{t("send")}</SubmitButton>
      </ActionForm>
    </>
  );
}

async function Sent({ course }: { course: CourseRead }) {
  const t = await getTranslations("course.report");
  return (
    <div role="status">
      <p className="mt-2 mb-8">{t("sentText")}</p>
      <Link href={`/courses/${course.slug}`} className={buttonClass("secondary")}>
        {t("back")}
      </Link>
    </div>
  );
}
