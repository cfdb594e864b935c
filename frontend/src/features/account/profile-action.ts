"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { parseForm, refused, shownValues } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { LOCALES } from "@/lib/i18n/locales";
import { requireUser } from "@/lib/session/current";

const Profile = z.object({
  name: z.string().trim().min(1).max(100),
  bio: z.string().max(2000),
  locale: z.enum(LOCALES),
});

export async function saveProfile(_: FormState, form: FormData): Promise<FormState> {
  await requireUser();
  const parsed = await parseForm(Profile, form);
  if (!parsed.ok) return parsed.state;
  const result = await outcome((await asUser()).identity.PATCH("/me", { body: parsed.data }));
  if (!result.ok) return refused(result, form);
  revalidatePath("/", "layout");
  return succeeded(shownValues(form));
}
