import { readNotices } from "@/features/notifications/data";
import { answer } from "@/lib/api/answer";

/** A page of the reader's notifications. */
export async function GET(request: Request) {
  const { searchParams } = new URL(request.url);
  const unread = searchParams.get("unread") === "1";
  return answer(await readNotices({ unread, cursor: searchParams.get("cursor") ?? undefined }));
}
