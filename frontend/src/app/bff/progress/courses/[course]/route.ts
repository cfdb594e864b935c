import { readLessonsDone } from "@/features/learn/data";
import { answer } from "@/lib/api/answer";

/** Which lessons of a course the reader has done. */
export async function GET(_: Request, { params }: { params: Promise<{ course: string }> }) {
  return answer(await readLessonsDone((await params).course));
}
