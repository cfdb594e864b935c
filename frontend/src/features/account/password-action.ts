"use server";

import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { NewPassword } from "@/features/auth/new-password";
import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

const Change = z.object({ current_password: z.string().min(1).max(128), new_password: NewPassword });

export async function changePassword(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(Change, form);
  if (!parsed.ok) return parsed.state;
  const body = { current: parsed.data.current_password, new: parsed.data.new_password };
  const result = await outcome((await asUser()).identity.POST("/me/password", { body }));
  if (result.ok) return succeeded();
  const t = await getTranslations("account.password");
  return refused(result, form, { wrong_password: { field: "current_password", message: t("wrong") } });
}
