"use server";

import { revalidatePath } from "next/cache";
import { notFound } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";

import { asUser } from "@/lib/api/clients";
import { type Failure, outcome } from "@/lib/api/result";
import { denyForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";

import { partOf } from "./checklist";
import { errorMessages } from "../error-messages";

const STEPS = ["publish", "unpublish", "archive"] as const;
type Step = (typeof STEPS)[number];

export async function changeStatus(id: string, step: Step, _: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "teacher");
  if (denied) return denied;
  if (!STEPS.includes(step)) notFound();
  const params = { path: { course_id: id } };
  const result = await outcome((await asUser()).course.POST(`/courses/{course_id}/${step}`, { params }));
  if (!result.ok)
    return result.code === "incomplete" ? incomplete(result) : refused(result, form, await errorMessages());
  revalidatePath("/", "layout");
  return succeeded();
}

async function incomplete(failure: Failure): Promise<FormState> {
  const t = await getTranslations("studio.publish");
  const errors = failure.fields.map((error) => {
    const part = partOf(error);
    return [part ?? error.field, part ? t(`missing.${part}`) : error.message];
  });
  return { values: {}, errors: Object.fromEntries(errors), message: t("incomplete") };
}

export async function deleteCourse(id: string, _: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "teacher");
  if (denied) return denied;
  const params = { path: { course_id: id } };
  const result = await outcome((await asUser()).course.DELETE("/courses/{course_id}", { params }));
  if (!result.ok) return refused(result, form, await errorMessages());
  return redirect({ href: "/studio", locale: await getLocale() });
}
