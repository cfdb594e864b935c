"use client";

import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { Review } from "@/lib/api/types";

import { ReviewForm } from "./review-form";

/** A button that opens the user's review of a course. */
export function ReviewDialog(props: { course: { id: string; title: string }; review: Review | null }) {
  const t = useTranslations("learn.review");
  const { course, review } = props;
  return (
    <Dialog
      title={t("of", { course: course.title })}
      trigger={
        <Button
          look="quiet"
          className="-ml-3 sm:ml-0"
          aria-label={t(review ? "editOf" : "writeOf", { course: course.title })}
        >
          {t(review ? "edit" : "write")}
        </Button>
      }
    >
      <ReviewForm courseId={course.id} review={review} />
    </Dialog>
  );
}
