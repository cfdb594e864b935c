import { hasLocale } from "next-intl";

import { readNotices } from "@/features/notifications/data";
import { answer } from "@/lib/api/answer";
import { routing } from "@/lib/i18n/routing";

/** Returns a page of the user's notifications. */
export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const unread = searchParams.get("unread") === "1";
  const asked = searchParams.get("locale");
  const locale = hasLocale(routing.locales, asked) ? asked : routing.defaultLocale;
  return answer(await readNotices({ unread, locale, cursor: searchParams.get("cursor") ?? undefined }));
}
