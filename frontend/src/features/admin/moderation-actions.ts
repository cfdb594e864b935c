"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import { denyForm, parseForm, refused, shownValues } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

const id = z.uuid();
const text = z.string().trim().max(1000);
const TakeDown = z.object({ id, reason: text.min(1), access: z.enum(["keep", "end"]) });
const Hidden = z.object({ id, reason: text.min(1) });
const Decision = z.object({ id, decision: z.enum(["dismissed", "hidden", "removed"]), note: text });

export async function takeDownCourse(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(TakeDown, form);
  if (!parsed.ok) return parsed.state;
  const call = (await asUser()).course.POST("/admin/courses/{course_id}/take-down", {
    params: { path: { course_id: parsed.data.id } },
    body: { reason: parsed.data.reason, access: parsed.data.access === "keep" },
  });
  return stateAfter(await outcome(call), form);
}

export async function restoreCourse(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(z.object({ id }), form);
  if (!parsed.ok) return parsed.state;
  const call = (await asUser()).course.POST("/admin/courses/{course_id}/restore", {
    params: { path: { course_id: parsed.data.id } },
  });
  return stateAfter(await outcome(call), form);
}

export async function hideReview(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Hidden, form);
  if (!parsed.ok) return parsed.state;
  const call = (await asUser()).course.PATCH("/admin/reviews/{review_id}", {
    params: { path: { review_id: parsed.data.id } },
    body: { hidden: true, reason: parsed.data.reason },
  });
  return stateAfter(await outcome(call), form);
}

export async function showReview(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(z.object({ id }), form);
  if (!parsed.ok) return parsed.state;
  const call = (await asUser()).course.PATCH("/admin/reviews/{review_id}", {
    params: { path: { review_id: parsed.data.id } },
    body: { hidden: false, reason: "" },
  });
  return stateAfter(await outcome(call), form);
}

export async function decideReport(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Decision, form);
  if (!parsed.ok) return parsed.state;
  const { decision, note } = parsed.data;
  if (decision !== "dismissed" && !note) {
    const t = await getTranslations("common.form");
    return { values: shownValues(form), errors: { note: t("required") } };
  }
  const call = (await asUser()).course.PATCH("/admin/reports/{report_id}", {
    params: { path: { report_id: parsed.data.id } },
    body: { decision, note },
  });
  return stateAfter(await outcome(call), form);
}

async function stateAfter(result: Result<unknown>, form: FormData): Promise<FormState> {
  if (!result.ok) {
    const t = await getTranslations("admin.reports");
    return refused(result, form, { already_decided: t("alreadyDecided"), not_found: t("gone") });
  }
  revalidatePath("/", "layout");
  return succeeded();
}
