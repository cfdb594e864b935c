"use client";

import { useTranslations } from "next-intl";

import { SelectField, TextareaField } from "@/components/ui/field";
import type { AdminCourse, AdminReview, Report } from "@/lib/api/types";

import { ActionDialog } from "./action-dialog";
import { decideReport, hideReview, restoreCourse, showReview, takeDownCourse } from "./moderation-actions";

/** Takes a course off sale; its teacher is told why. */
export function TakeDownDialog({ course }: { course: AdminCourse }) {
  const t = useTranslations("admin.courses");
  return (
    <ActionDialog
      action={takeDownCourse}
      trigger={t("takeDown")}
      subject={course.title}
      title={t("takeDownTitle")}
      description={t("takeDownText", { course: course.title })}
      confirm={t("takeDown")}
      done={t("takenDown")}
    >
      <input type="hidden" name="id" value={course.id} />
      <TextareaField name="reason" label={t("reason")} hint={t("reasonHint")} rows={3} maxLength={1000} />
      <SelectField name="access" label={t("access")} initial="keep">
        <option value="keep">{t("keepAccess")}</option>
        <option value="end">{t("endAccess")}</option>
      </SelectField>
    </ActionDialog>
  );
}

export function RestoreDialog({ course }: { course: AdminCourse }) {
  const t = useTranslations("admin.courses");
  return (
    <ActionDialog
      action={restoreCourse}
      trigger={t("restore")}
      subject={course.title}
      title={t("restoreTitle")}
      description={t("restoreText", { course: course.title })}
      confirm={t("restore")}
      done={t("restored")}
    >
      <input type="hidden" name="id" value={course.id} />
    </ActionDialog>
  );
}

/** Hides a review, with a reason that its author sees, or shows it again. */
export function ReviewDialog({ review, author }: { review: AdminReview; author: string }) {
  const t = useTranslations("admin.reviews");
  const name = review.hidden ? "show" : "hide";
  return (
    <ActionDialog
      key={name}
      action={review.hidden ? showReview : hideReview}
      trigger={t(name)}
      subject={author}
      title={t(`${name}Title`)}
      description={t(`${name}Text`)}
      confirm={t(name)}
      done={t(`${name}Done`)}
    >
      <input type="hidden" name="id" value={review.id} />
      {!review.hidden && (
        <TextareaField name="reason" label={t("reason")} hint={t("reasonHint")} rows={3} maxLength={1000} />
      )}
    </ActionDialog>
  );
}

/** Decides on a report, and with it on all open ones of the same course or review. */
export function DecisionDialog({ report }: { report: Report }) {
  const t = useTranslations("admin.reports");
  return (
    <ActionDialog
      action={decideReport}
      trigger={t("decide")}
      subject={report.course_title}
      title={t(`decideTitle.${report.type}`)}
      description={t("decideText")}
      confirm={t("confirm")}
      done={t("decided")}
    >
      <input type="hidden" name="id" value={report.id} />
      <SelectField name="decision" label={t("decision")} initial="dismissed">
        {(["dismissed", "hidden", "removed"] as const).map((decision) => (
          <option key={decision} value={decision}>
            {t(`decisions.${report.type}.${decision}`)}
          </option>
        ))}
      </SelectField>
      <TextareaField
        name="note"
        label={t("note")}
        hint={t("noteHint")}
        optional={t("noteOptional")}
        rows={3}
        maxLength={1000}
      />
    </ActionDialog>
  );
}
