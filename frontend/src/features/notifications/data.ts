import "server-only";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import type { Locale } from "@/lib/i18n/routing";
import { currentUser } from "@/lib/session/current";

export async function readUnreadCount(): Promise<number | null> {
  if (!(await currentUser())) return null;
  const query = { unread: true, limit: 1 };
  const result = await outcome((await asUser()).notification.GET("/notifications/me", { params: { query } }));
  return result.ok ? result.data.unread_count : null;
}

const PAGE_SIZE = 20;

/** Return a page of the user's notifications in the language of the page, newest first. */
export async function readNotices({ unread, cursor, locale }: { unread: boolean; cursor?: string; locale: Locale }) {
  const query = { limit: PAGE_SIZE, locale, ...(unread && { unread }), ...(cursor && { cursor }) };
  return outcome((await asUser()).notification.GET("/notifications/me", { params: { query } }));
}
