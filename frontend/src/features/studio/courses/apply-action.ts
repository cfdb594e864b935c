"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

const Application = z.object({ text: z.string().trim().min(1).max(5000) });

/** Apply for verification as a teacher, also after a rejection. */
export async function apply(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "teacher");
  if (denied) return denied;
  const parsed = await parseForm(Application, form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await asUser()).identity.POST("/me/application", { body: parsed.data }));
  if (!result.ok && result.code !== "already_verified") {
    const t = await getTranslations("studio.application");
    return refused(result, form, { role_required: t("notTeacher") });
  }
  revalidatePath("/", "layout");
  return succeeded();
}
