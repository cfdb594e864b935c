import { hasLocale } from "next-intl";

import { asUser } from "@/lib/api/clients";
import { outcome } from "@/lib/api/result";
import { routing } from "@/lib/i18n/routing";
import { currentUser } from "@/lib/session/current";

/** Returns a course's students as a file for spreadsheets, in the language of `?language`. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if ((await currentUser())?.role !== "teacher") return new Response(null, { status: 403 });
  const asked = new URL(request.url).searchParams.get("language");
  const spreadsheet = hasLocale(routing.locales, asked) ? asked : routing.defaultLocale;
  const roster = await outcome(
    (await asUser()).enrollment.GET("/enrollments/course/{course_id}", {
      params: { path: { course_id: id }, query: { spreadsheet } },
      headers: { Accept: "text/csv" },
      parseAs: "arrayBuffer", // as text it would lose the byte order mark by which Excel recognises UTF-8
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
