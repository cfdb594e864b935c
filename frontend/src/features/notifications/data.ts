import "server-only";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { currentUser } from "@/lib/session/current";

export async function readUnreadCount(): Promise<number | null> {
  if (!(await currentUser())) return null;
  const query = { unread: true, limit: 1 };
  const result = await outcome((await asUser()).notification.GET("/notifications/me", { params: { query } }));
  return result.ok ? result.data.unread_count : null;
}

const PAGE_SIZE = 20;

/** A page of the reader's notifications, the newest first. */
export async function readNotices({ unread, cursor }: { unread: boolean; cursor?: string }) {
  const query = { limit: PAGE_SIZE, ...(unread && { unread }), ...(cursor && { cursor }) };
  return outcome((await asUser()).notification.GET("/notifications/me", { params: { query } }));
}
