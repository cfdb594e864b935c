"use client";

import { useTranslations } from "next-intl";

import { DoneNotice } from "@/components/ui/done-notice";
import { TextareaField } from "@/components/ui/field";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { RatingInput } from "@/components/ui/rating-input";
import type { Review } from "@/lib/api/types";

import { deleteReview, saveReview } from "./review-actions";

/** The user's own review: write, change, delete. */
export function ReviewForm({ courseId, review }: { courseId: string; review: Review | null }) {
  const t = useTranslations("learn.review");
  return (
    <div className="space-y-4">
      <ActionForm action={saveReview} label={t("form")} draft={`review-${courseId}`}>
        <DoneNotice>{t("saved")}</DoneNotice>
        <input type="hidden" name="course_id" value={courseId} />
        <input type="hidden" name="review_id" value={review?.id ?? ""} />
        <RatingInput name="rating" initial={review?.rating} />
        <TextareaField
          name="comment"
          label={t("comment")}
          hint={t("hint")}
          optional
          initial={review?.comment}
          maxLength={5000}
          autoComplete="off"
        />
        <SubmitButton>{t(review ? "change" : "publish")}</SubmitButton>
      </ActionForm>
      {review && (
        <ActionForm action={deleteReview} label={t("delete")}>
          <input type="hidden" name="review_id" value={review.id} />
          <SubmitButton look="quietDanger" className="-ml-3">
            {t("delete")}
          </SubmitButton>
        </ActionForm>
      )}
    </div>
  );
}
