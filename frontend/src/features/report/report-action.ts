"use server";

import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";

import { REASONS } from "./reasons";

const Report = z.object({
  course_id: z.uuid(),
  review_id: z.uuid().optional(),
  slug: z.string().min(1).max(300),
  reason: z.enum(REASONS),
  comment: z.string().trim().max(2000),
});

/** Report a course, or one of its reviews, to the admins. */
export async function report(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(Report, form);
  if (!parsed.ok) return parsed.state;
  const { course_id, review_id, slug, reason, comment } = parsed.data;
  const { course } = await asUser();
  const body = { reason, comment };
  const result = await outcome(
    review_id
      ? course.POST("/reviews/{review_id}/report", { params: { path: { review_id } }, body })
      : course.POST("/courses/{course_id}/report", { params: { path: { course_id } }, body }),
  );
  if (!result.ok) {
    const t = await getTranslations("course.report");
    return refused(result, form, { already_reported: t("already"), not_found: t("gone") });
  }
  return redirect({ href: `/courses/${slug}/report?sent=1`, locale: await getLocale() });
}
