"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused, shownValues } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

const Grade = z.coerce.number().int().min(1).max(5);
const Review = z.object({ course_id: z.uuid(), comment: z.string().trim().max(5000) });

/** Write the review of a course, or replace it. */
export async function saveReview(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const t = await getTranslations("learn.review");
  const rating = Grade.safeParse(form.get("rating"));
  if (!rating.success) return { values: shownValues(form), errors: { rating: t("noRating") } };
  const parsed = await parseForm(Review, form);
  if (!parsed.ok) return parsed.state;
  const review_id = z.uuid().safeParse(form.get("review_id")).data;
  const { course } = await asUser();
  const { course_id, comment } = parsed.data;
  const words = { rating: rating.data, comment };
  const result = await outcome(
    review_id
      ? course.PUT("/reviews/{review_id}", { params: { path: { review_id } }, body: words })
      : course.POST("/reviews", { body: { course_id, ...words } }),
  );
  if (!result.ok)
    return refused(result, form, { already_reviewed: t("already"), enrollment_required: t("notEnrolled") });
  revalidatePath("/", "layout");
  return succeeded({ rating: String(words.rating), comment });
}

export async function deleteReview(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(z.object({ review_id: z.uuid() }), form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome(
    (await asUser()).course.DELETE("/reviews/{review_id}", { params: { path: parsed.data } }),
  );
  if (!result.ok && result.kind !== "not_found") return refused(result, form);
  revalidatePath("/", "layout");
  return succeeded();
}
