"use server";

import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";

const Beginning = z.object({
  title: z.string().trim().min(1).max(200),
  language: z.string(),
  category: z.string().transform((slug) => slug || null),
});

/** Create a draft with a title; the rest is written in its editor. */
export async function createCourse(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "teacher");
  if (denied) return denied;
  const parsed = await parseForm(Beginning, form);
  if (!parsed.ok) return parsed.state;
  const body = { ...parsed.data, is_free: true, currency: "USD", level: "beginner", subtitle: "" } as const;
  const result = await outcome(
    (await asUser()).course.POST("/courses", { body: { ...body, description: "", duration_minutes: 0 } }),
  );
  if (!result.ok) {
    const t = await getTranslations("studio.refusals");
    return refused(result, form, { teacher_not_verified: t("notVerified") });
  }
  return redirect({ href: `/studio/courses/${result.data.id}`, locale: await getLocale() });
}
