import type { Messages } from "next-intl";

import type { Locale } from "./routing";

/** One file per area and language: `messages/<locale>/<area>.json`. */
export const AREAS = [
  "account",
  "admin",
  "auth",
  "catalogue",
  "checkout",
  "common",
  "course",
  "errors",
  "home",
  "information",
  "learn",
  "notifications",
  "status",
  "studio",
  "teacher",
] as const satisfies (keyof Messages)[];

export type Area = (typeof AREAS)[number];

export async function loadMessages(locale: Locale): Promise<Messages> {
  const load = async (area: Area) => [area, (await import(`@messages/${locale}/${area}.json`)).default] as const;
  return Object.fromEntries(await Promise.all(AREAS.map(load))) as unknown as Messages;
}
