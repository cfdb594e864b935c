"use server";

import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";

const Decision = z.object({ id: z.uuid() });
const Rejection = Decision.extend({ reason: z.string().trim().min(1).max(500) });

export async function approveTeacher(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Decision, form);
  if (!parsed.ok) return parsed.state;
  const path = { user_id: parsed.data.id };
  return next(
    "approved",
    form,
    await outcome((await asUser()).identity.PATCH("/admin/users/{user_id}/verify", { params: { path } })),
  );
}

export async function rejectTeacher(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Rejection, form);
  if (!parsed.ok) return parsed.state;
  const { id: user_id, reason } = parsed.data;
  const call = (await asUser()).identity.PATCH("/admin/users/{user_id}/reject", {
    params: { path: { user_id } },
    body: { reason },
  });
  return next("rejected", form, await outcome(call));
}

/** Continue with the next in the queue, or show what prevented it: mostly another admin who was faster. */
async function next(
  done: "approved" | "rejected",
  form: FormData,
  result: Result<{ name: string }>,
): Promise<FormState> {
  const t = await getTranslations("admin.teachers");
  if (!result.ok) {
    const known = {
      already_verified: t("alreadyVerified"),
      not_a_teacher: t("notATeacher"),
      user_not_found: t("gone"),
    };
    return refused(result, form, known);
  }
  return redirect({
    href: { pathname: "/admin/teachers", query: { done, name: result.data.name } },
    locale: await getLocale(),
  });
}
