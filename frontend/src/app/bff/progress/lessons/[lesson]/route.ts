import { z } from "zod";

import { answer, bodyOf, unreadable } from "@/lib/api/answer";
import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";

interface Context {
  params: Promise<{ lesson: string }>;
}

const Course = z.object({ course_id: z.uuid() });

/** Marks a lesson as done. */
export async function POST(request: Request, { params }: Context) {
  const [{ lesson: lesson_id }, body] = await Promise.all([params, bodyOf(request, Course)]);
  if (!body) return unreadable();
  const { enrollment } = await asUser();
  const call = enrollment.POST("/progress/lessons/{lesson_id}/complete", { params: { path: { lesson_id } }, body });
  return answer(await outcome(call));
}

/** Removes the mark. */
export async function DELETE(_: Request, { params }: Context) {
  const { lesson: lesson_id } = await params;
  const { enrollment } = await asUser();
  const call = enrollment.DELETE("/progress/lessons/{lesson_id}/complete", { params: { path: { lesson_id } } });
  return answer(await outcome(call));
}
