"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused, shownValues } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { LOCALES } from "@/lib/i18n/locales";
import { refreshSession } from "@/lib/session/store";

const Profile = z.object({
  name: z.string().trim().min(1).max(100),
  bio: z.string().max(2000),
  locale: z.enum(LOCALES),
});

export async function saveProfile(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const parsed = await parseForm(Profile, form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await asUser()).identity.PATCH("/me", { body: parsed.data }));
  if (!result.ok) return refused(result, form);
  await refreshSession();
  revalidatePath("/", "layout");
  return succeeded(shownValues(form));
}
