"use server";

import { cookies, headers } from "next/headers";
import { getLocale } from "next-intl/server";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { redirect } from "@/lib/i18n/navigation";
import { isSecure } from "@/lib/session/cookies";
import { clearSession } from "@/lib/session/store";
import { THEME_COOKIE, themeOf } from "@/lib/theme";

const YEAR_SECONDS = 365 * 24 * 3600;

/** End the session at the service, if it responds, and in this browser in any case. */
export async function logOut(): Promise<void> {
  await outcome((await asUser()).identity.POST("/logout"));
  await clearSession();
  redirect({ href: "/", locale: await getLocale() });
}

export async function chooseTheme(form: FormData): Promise<void> {
  const theme = themeOf(String(form.get("theme")));
  const secure = isSecure(await headers());
  (await cookies()).set(THEME_COOKIE, theme, { path: "/", sameSite: "lax", secure, maxAge: YEAR_SECONDS });
}
