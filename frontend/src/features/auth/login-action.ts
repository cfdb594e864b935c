"use server";

import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { returnPath } from "@/lib/session/return-path";
import { storeSession } from "@/lib/session/store";

const Login = z.object({ email: z.email(), password: z.string().min(1).max(128) });

export async function logIn(_: FormState, form: FormData): Promise<FormState> {
  const parsed = await parseForm(Login, form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await anonymous()).identity.POST("/login", { body: parsed.data }));
  if (!result.ok) {
    const t = await getTranslations("auth.login");
    return refused(result, form, {
      bad_credentials: t("wrong"),
      account_disabled: t("disabled"),
      locked_out: t("locked"),
    });
  }
  await storeSession(result.data);
  redirect(returnPath(form.get("next")));
}
