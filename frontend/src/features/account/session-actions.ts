"use server";

import { revalidatePath } from "next/cache";
import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused, shownValues } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";
import { clearSession } from "@/lib/session/store";

import { readMe } from "./data";

export async function endSession(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(z.object({ session_id: z.uuid() }), form);
  if (!parsed.ok) return parsed.state;
  const params = { path: parsed.data };
  const result = await outcome((await asUser()).identity.DELETE("/me/sessions/{session_id}", { params }));
  if (!result.ok && result.kind !== "not_found") return refused(result, form);
  revalidatePath("/[locale]/account", "page");
  return succeeded();
}

export async function endAllSessions(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const result = await outcome((await asUser()).identity.POST("/logout-all"));
  if (!result.ok) return refused(result, form);
  await clearSession();
  return redirect({ href: "/login", locale: await getLocale() });
}

export async function resendVerification(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const result = await outcome((await asUser()).identity.POST("/email/verify/resend"));
  return result.ok ? succeeded() : refused(result, form);
}

/**
 * Delete the account everywhere, permanently. The form contains its e-mail address, so that no accidental click can.
 */
export async function eraseAccount(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(z.object({ confirm_email: z.string().trim().min(1) }), form);
  if (!parsed.ok) return parsed.state;
  const me = await readMe();
  if (!me.ok) return refused(me, form);
  if (parsed.data.confirm_email.toLowerCase() !== me.data.email.toLowerCase()) {
    const t = await getTranslations("account.erase");
    return { values: shownValues(form), errors: { confirm_email: t("mismatch") } };
  }
  const result = await outcome((await asUser()).identity.DELETE("/me"));
  if (!result.ok) return refused(result, form);
  await clearSession();
  return redirect({ href: "/goodbye", locale: await getLocale() });
}
