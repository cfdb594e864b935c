import { readUnreadCount } from "@/features/notifications/data";

/** Returns how many notifications the signed-in user has not read; null when that is not available. */
export async function GET() {
  return Response.json({ count: await readUnreadCount() }, { headers: { "Cache-Control": "no-store" } });
}
