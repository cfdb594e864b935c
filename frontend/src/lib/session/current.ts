import "server-only";

import { cookies, headers } from "next/headers";
import { forbidden } from "next/navigation";
import { getLocale } from "next-intl/server";
import { cache } from "react";

import { redirect } from "@/lib/i18n/navigation";

import { type Claims, type Role, verifiedClaims } from "./claims";
import { cookieNames, isSecure } from "./cookies";

/** The access token of this request's browser. */
export const accessToken = cache(async (): Promise<string | undefined> => {
  const names = cookieNames(isSecure(await headers()));
  return (await cookies()).get(names.access)?.value || undefined;
});

/** Who is signed in, by a verified token; null for nobody. */
export const currentUser = cache(async (): Promise<Claims | null> => {
  const token = await accessToken();
  return token ? verifiedClaims(token) : null;
});

/** The signed-in user; sends anybody else to sign in and back again. Call it in every page and action that needs one. */
export async function requireUser(): Promise<Claims> {
  const user = await currentUser();
  return user ?? (await signInFirst());
}

/** The signed-in user with one of the roles; others get the 403 page. */
export async function requireRole(...roles: Role[]): Promise<Claims> {
  const user = await requireUser();
  if (!roles.includes(user.role)) forbidden();
  return user;
}

/** Leave for the sign-in page, or for the page that says the session has ended when there was one. */
export async function signInFirst(): Promise<never> {
  const incoming = await headers();
  const pathname = incoming.get("x-session") === "ended" ? "/expired" : "/login";
  return redirect({ href: { pathname, query: { next: incoming.get("x-path") ?? "/" } }, locale: await getLocale() });
}
