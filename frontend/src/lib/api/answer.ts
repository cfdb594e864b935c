import "server-only";

import type { z } from "zod";

import type { Result } from "./result";

const headers = { "Cache-Control": "no-store" };

/** A service's result as a route handler returns it to the browser: the data, or the error's status and code. */
export function answer<T>(result: Result<T>): Response {
  if (result.ok) return Response.json(result.data ?? null, { headers });
  return Response.json({ code: result.code }, { status: result.status || 503, headers });
}

/** Return the body if it matches the schema, else null. */
export async function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T | null> {
  const body: unknown = await request.json().catch(() => null);
  return schema.safeParse(body).data ?? null;
}

export const unreadable = () => Response.json({ code: "malformed" }, { status: 422, headers });
