import { z } from "zod";

import { asUser } from "@/lib/api/clients";
import { outcome, type Result } from "@/lib/api/result";
import type { Lesson } from "@/lib/api/types";
import { currentUser } from "@/lib/session/current";

interface Context {
  params: Promise<{ id: string }>;
}

const Fields = z
  .strictObject({
    title: z.string(),
    content: z.string(),
    video_url: z.string().nullable(),
    duration_minutes: z.number(),
    is_preview: z.boolean(),
  })
  .partial();

/** Returns the current lesson, for an editor with an outdated version. */
export async function GET(_: Request, { params }: Context) {
  if (!(await isTeacher())) return signedOut();
  const path = { lesson_id: (await params).id };
  return answer(await outcome((await asUser()).course.GET("/lessons/{lesson_id}", { params: { path } })));
}

/** Saves fields of a lesson if `If-Match` names its current version. */
export async function PUT(request: Request, { params }: Context) {
  if (!(await isTeacher())) return signedOut();
  const body = Fields.safeParse(await request.json().catch(() => undefined));
  const version = request.headers.get("if-match");
  if (!body.success) return Response.json({ code: "malformed", fields: wrongFields(body.error) }, { status: 422 });
  if (!version) return Response.json({ code: "version_required" }, { status: 428 });
  const sent = { path: { lesson_id: (await params).id }, header: { "if-match": version } };
  const result = await outcome((await asUser()).course.PUT("/lessons/{lesson_id}", { params: sent, body: body.data }));
  return answer(result);
}

const wrongFields = (error: z.ZodError) => error.issues.map(({ path }) => ({ field: path.join(".") }));
const isTeacher = async () => (await currentUser())?.role === "teacher";
const signedOut = () => Response.json({ code: "unauthenticated" }, { status: 401 });

function answer(result: Result<Lesson>): Response {
  const headers = { "Cache-Control": "no-store" };
  if (result.ok) return Response.json(result.data, { headers });
  return Response.json({ code: result.code, fields: result.fields }, { status: result.status || 503, headers });
}
