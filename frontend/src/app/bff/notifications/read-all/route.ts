import { answer } from "@/lib/api/answer";
import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

/** Marks all of the user's notifications as read. */
export async function POST() {
  return answer(await outcome((await asUser()).notification.POST("/notifications/read-all")));
}
