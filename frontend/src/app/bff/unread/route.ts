import { readUnreadCount } from "@/features/notifications/data";

/** How many notifications the signed-in user has not read; null when that cannot be told. */
export async function GET() {
  return Response.json({ count: await readUnreadCount() }, { headers: { "Cache-Control": "no-store" } });
}
