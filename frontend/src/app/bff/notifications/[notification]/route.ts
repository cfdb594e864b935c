import { answer } from "@/lib/api/answer";
import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

/** Marks one notification as read. */
export async function PATCH(_: Request, { params }: { params: Promise<{ notification: string }> }) {
  const path = { notification_id: (await params).notification };
  const { notification } = await asUser();
  return answer(await outcome(notification.PATCH("/notifications/{notification_id}/read", { params: { path } })));
}
