"use server";

import { getLocale } from "next-intl/server";
import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { denyForm, parseForm, refused, shownValues } from "@/lib/forms/server";
import type { FormState } from "@/lib/forms/state";
import { redirect } from "@/lib/i18n/navigation";

import { ROLES } from "./query";

const Announcement = z.object({
  role: z.enum(ROLES),
  title: z.string().trim().min(1).max(200),
  body: z.string().trim().min(1).max(5000),
});

/** Send an announcement; without `confirmed` its form only shows what would be sent. */
export async function announce(_: FormState, form: FormData): Promise<FormState> {
  const denied = await denyForm(form, "admin");
  if (denied) return denied;
  const parsed = await parseForm(Announcement, form);
  if (!parsed.ok) return parsed.state;
  if (!form.has("confirmed")) return { values: shownValues(form), errors: {}, confirming: !form.has("edit") };
  const { role, title, body } = parsed.data;
  const result = await outcome((await asUser()).notification.POST("/notifications", { body: { role, title, body } }));
  if (!result.ok) return refused(result, form);
  const query = { sent: result.data.recipients };
  return redirect({ href: { pathname: "/admin/announcements", query }, locale: await getLocale() });
}
