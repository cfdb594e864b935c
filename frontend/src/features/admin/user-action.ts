"use server";

import { revalidatePath } from "next/cache";
import { getTranslations } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused } from "@/lib/forms/server";
import { type FormState, succeeded } from "@/lib/forms/state";

import { ROLES, STATUSES } from "./query";

const Change = z.object({ id: z.uuid(), new_role: z.enum(ROLES), access: z.enum(STATUSES) });

export async function changeUser(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Change, form);
  if (!parsed.ok) return parsed.state;
  const { id, new_role: role, access } = parsed.data;
  const call = (await asUser()).identity.PATCH("/admin/users/{user_id}", {
    params: { path: { user_id: id } },
    body: { role, is_active: access === "active" },
  });
  const result = await outcome(call);
  if (!result.ok) {
    const t = await getTranslations("admin.users");
    return refused(result, form, { last_admin: t("lastAdmin"), user_not_found: t("gone") });
  }
  revalidatePath("/", "layout");
  return succeeded();
}
