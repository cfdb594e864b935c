import type { Lesson } from "@/lib/api/types";

import type { LessonFields } from "./lesson-fields";

/** The result of a request of the lesson's editor. */
export type Saved =
  | { kind: "ok"; lesson: Lesson }
  | { kind: "overtaken" }
  | { kind: "invalid"; fields: string[] }
  | { kind: "signedOut" }
  | { kind: "gone" }
  | { kind: "unreachable" };

export async function requestLesson(id: string): Promise<Saved> {
  return send(id, { method: "GET" });
}

/** `last` is for the request of a page that is being left: it outlives the page. */
export async function saveLesson(
  id: string,
  version: number,
  fields: Partial<LessonFields>,
  last = false,
): Promise<Saved> {
  const body = JSON.stringify(fields);
  const headers = { "Content-Type": "application/json", "If-Match": `"${version}"` };
  return send(id, { method: "PUT", headers, body, keepalive: last && body.length < KEPT_ALIVE });
}

/** Browsers allow requests of up to 64 KiB to outlive their page; a character takes at most three bytes. */
const KEPT_ALIVE = 20_000;

async function send(id: string, init: RequestInit): Promise<Saved> {
  try {
    const answer = await fetch(`/bff/studio/lessons/${id}`, init);
    if (answer.ok) return { kind: "ok", lesson: (await answer.json()) as Lesson };
    return await refusal(answer);
  } catch {
    return { kind: "unreachable" };
  }
}

async function refusal(answer: Response): Promise<Saved> {
  if (answer.status === 412) return { kind: "overtaken" };
  if (answer.status === 401) return { kind: "signedOut" };
  if (answer.status === 404 || answer.status === 403) return { kind: "gone" };
  if (answer.status !== 422) return { kind: "unreachable" };
  const { fields } = (await answer.json()) as { fields: { field: string }[] };
  return { kind: "invalid", fields: fields.map(({ field }) => field) };
}
