import { z } from "zod";

import { answer, bodyOf, unreadable } from "@/lib/api/answer";
import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

const Position = z.object({ course_id: z.uuid(), seconds: z.number().int().min(0), video_url: z.string().nullish() });

/** Records that the lesson was opened, and the position of its video. */
export async function PUT(request: Request, { params }: { params: Promise<{ lesson: string }> }) {
  const [{ lesson: lesson_id }, body] = await Promise.all([params, bodyOf(request, Position)]);
  if (!body) return unreadable();
  const { enrollment } = await asUser();
  const call = enrollment.PUT("/progress/lessons/{lesson_id}/position", { params: { path: { lesson_id } }, body });
  return answer(await outcome(call));
}
