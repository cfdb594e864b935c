"use server";

import { getLocale } from "next-intl/server";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { redirect } from "@/lib/i18n/navigation";
import { clearSession } from "@/lib/session/store";

/** End the session at the service, as far as it answers, and in this browser in any case. */
export async function logOut(): Promise<void> {
  await outcome((await asUser()).identity.POST("/logout"));
  await clearSession();
  redirect({ href: "/", locale: await getLocale() });
}
