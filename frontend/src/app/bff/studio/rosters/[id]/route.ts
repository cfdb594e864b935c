import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { currentUser } from "@/lib/session/current";

/** A course's students as a file. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if ((await currentUser())?.role !== "teacher") return new Response(null, { status: 403 });
  const roster = await outcome(
    (await asUser()).enrollment.GET("/enrollments/course/{course_id}", {
      params: { path: { course_id: id } },
      headers: { Accept: "text/csv" },
      parseAs: "text",
    }),
  );
  const course = await outcome(
    (await asUser()).course.GET("/courses/{course_id}", { params: { path: { course_id: id } } }),
  );
  const name = course.ok ? course.data.slug : id;
  if (!roster.ok) return new Response(roster.detail, { status: roster.status || 503 });
  return new Response(roster.data, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="students-${name.replace(/[^\w-]/g, "_")}.csv"`,
      "Cache-Control": "no-store",
    },
  });
}
