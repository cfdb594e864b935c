"use server";

import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { z } from "zod";

import { anonymous } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { parseForm, refused } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { getPathname } from "@/lib/i18n/navigation";
import { returnPath } from "@/lib/session/return-path";
import { storeSession } from "@/lib/session/store";

import { NewPassword } from "./new-password";

const Registration = z.object({
  name: z.string().trim().min(1).max(100),
  email: z.email().max(254),
  password: NewPassword,
  role: z.enum(["student", "teacher"]),
});

export async function register(_: FormState, form: FormData): Promise<FormState> {
  const parsed = await parseForm(Registration, form);
  if (!parsed.ok) return parsed.state;
  const locale = await getLocale();
  const body = { ...parsed.data, locale };
  const result = await outcome((await anonymous()).identity.POST("/register", { body }));
  if (!result.ok) {
    const t = await getTranslations("auth.register");
    return refused(result, form, { email_taken: { field: "email", message: t("taken") } });
  }
  await storeSession(result.data);
  const home = getPathname({ href: parsed.data.role === "teacher" ? "/studio" : "/?welcome", locale });
  const next = returnPath(form.get("next"));
  redirect(next === "/" ? home : next);
}
