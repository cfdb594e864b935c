import { readLessonsDone } from "@/features/learn/data";
import { answer } from "@/lib/api/answer";

/** Returns which lessons of a course the user has completed. */
export async function GET(_: Request, { params }: { params: Promise<{ course: string }> }) {
  return answer(await readLessonsDone((await params).course));
}
