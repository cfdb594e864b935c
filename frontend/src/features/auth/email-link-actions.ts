"use server";

import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";
import { refreshSession } from "@/lib/session/store";

import { NewPassword } from "./new-password";

/** Send a link by mail. The response is the same for an unknown e-mail address. */
export async function askForReset(_: FormState, form: FormData): Promise<FormState> {
  const parsed = await parseForm(z.object({ email: z.email() }), form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await anonymous()).identity.POST("/password/forgot", { body: parsed.data }));
  return result.ok ? succeeded() : refused(result, form);
}

const Reset = z.object({ token: z.string().max(500), password: NewPassword });

export async function resetPassword(_: FormState, form: FormData): Promise<FormState> {
  const parsed = await parseForm(Reset, form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await anonymous()).identity.POST("/password/reset", { body: parsed.data }));
  if (!result.ok) {
    const t = await getTranslations("auth.reset");
    return refused(result, form, { invalid_token: t("invalid") });
  }
  return redirect({ href: { pathname: "/login", query: { notice: "password" } }, locale: await getLocale() });
}

export async function verifyEmail(_: FormState, form: FormData): Promise<FormState> {
  const parsed = await parseForm(z.object({ token: z.string().max(500) }), form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await anonymous()).identity.POST("/email/verify", { body: parsed.data }));
  if (result.ok) {
    await refreshSession();
    return succeeded();
  }
  const t = await getTranslations("auth.verify");
  return refused(result, form, { invalid_token: t("invalid") });
}
