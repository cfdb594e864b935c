import "server-only";

import { cookies, headers } from "next/headers";
import { forbidden } from "next/navigation";
import { getLocale } from "next-intl/server";
import { cache } from "react";

import { redirect } from "@/lib/i18n/navigation";

import { type Claims, type Role, verifiedClaims } from "./claims";
import { cookieNames, isSecure } from "./cookies";

/** Return the access token of this request's browser. */
export const accessToken = cache(async (): Promise<string | undefined> => {
  const names = cookieNames(isSecure(await headers()));
  return (await cookies()).get(names.access)?.value || undefined;
});

/** Return the signed-in user from a verified token; null when not signed in. */
export const currentUser = cache(async (): Promise<Claims | null> => {
  const token = await accessToken();
  return token ? verifiedClaims(token) : null;
});

/**
 * Return the signed-in user; redirect others to sign in and return. Call it in every page and action that needs a user.
 */
export async function requireUser(): Promise<Claims> {
  const user = await currentUser();
  return user ?? (await signInFirst());
}

/** Return the signed-in user with one of the roles; others get the 403 page. */
export async function requireRole(...roles: Role[]): Promise<Claims> {
  const user = await requireUser();
  if (!roles.includes(user.role)) forbidden();
  return user;
}

/** Redirect to the sign-in page, or to the page that says the session has ended if there was one. */
async function signInFirst(): Promise<never> {
  const incoming = await headers();
  const pathname = incoming.get("x-session") === "ended" ? "/expired" : "/login";
  return redirect({ href: { pathname, query: { next: incoming.get("x-path") ?? "/" } }, locale: await getLocale() });
}
