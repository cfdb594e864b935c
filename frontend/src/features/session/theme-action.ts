"use server";

import { cookies, headers } from "next/headers";

import { isSecure } from "@/lib/session/cookies";
import { THEME_COOKIE, themeOf } from "@/lib/theme";

const YEAR_SECONDS = 365 * 24 * 3600;

export async function chooseTheme(form: FormData): Promise<void> {
  const theme = themeOf(String(form.get("theme")));
  const secure = isSecure(await headers());
  (await cookies()).set(THEME_COOKIE, theme, { path: "/", sameSite: "lax", secure, maxAge: YEAR_SECONDS });
}
