"use server";

import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";
import { requireUser } from "@/lib/session/current";

const Enrollment = z.object({ course_id: z.uuid(), slug: z.string().min(1).max(300) });

/** Enroll in a free course and open it. Users who are not signed in do that first and return. */
export async function enroll(_: FormState, form: FormData): Promise<FormState> {
  await requireUser();
  const parsed = await parseForm(Enrollment, form);
  if (!parsed.ok) return parsed.state;
  const { course_id, slug } = parsed.data;
  const result = await outcome((await asUser()).enrollment.POST("/enrollments", { body: { course_id } }));
  if (!result.ok && result.code !== "already_enrolled") {
    const t = await getTranslations("course.enroll");
    return refused(result, form, { role_required: t("notForAdmins"), not_on_sale: t("notOnSale") });
  }
  return redirect({ href: `/learn/${slug}`, locale: await getLocale() });
}
