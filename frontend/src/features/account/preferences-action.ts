"use server";

import { revalidatePath } from "next/cache";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";
import { currentUser } from "@/lib/session/current";

import { emailKinds } from "./preferences";

/** Save which e-mails the user wants; a box that is not checked is not sent. */
export async function savePreferences(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form);
  if (denied) return denied;
  const kinds = emailKinds((await currentUser())!.role);
  const email = Object.fromEntries(kinds.map(({ type, key }) => [type, form.has(key)]));
  const result = await outcome((await asUser()).notification.PUT("/notifications/preferences", { body: { email } }));
  if (!result.ok) return refused(result, form);
  revalidatePath("/[locale]/account", "page");
  return succeeded();
}
