"use server";

import { revalidatePath } from "next/cache";
import { getLocale } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";
import { clearSession } from "@/lib/session/store";

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

/** Erase the account everywhere, for good. */
export async function eraseAccount(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const result = await outcome((await asUser()).identity.DELETE("/me"));
  if (!result.ok) return refused(result, form);
  await clearSession();
  return redirect({ href: "/", locale: await getLocale() });
}
