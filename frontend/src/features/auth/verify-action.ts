"use server";

import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

export async function verifyEmail(_: FormState, form: FormData): Promise<FormState> {
  const parsed = await parseForm(z.object({ token: z.string().max(500) }), form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await anonymous()).identity.POST("/email/verify", { body: parsed.data }));
  if (result.ok) return succeeded();
  const t = await getTranslations("auth.verify");
  return refused(result, form, { invalid_token: t("invalid") });
}
