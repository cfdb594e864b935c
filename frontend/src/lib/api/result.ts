/** The result of a call to a service: the data, or why there is none. Nothing here throws. */
export type Result<T> = { ok: true; data: T; etag: string | null } | Failure;

type FailureKind = "unavailable" | "unauthenticated" | "forbidden" | "not_found" | "invalid" | "refused";

export interface FieldError {
  /** The field's name, or its path joined by dots. */
  field: string;
  /** The error's code, such as `common_password`. */
  type: string;
  message: string;
}

export interface Failure {
  ok: false;
  kind: FailureKind;
  /** HTTP status; 0 when the service did not respond in time. */
  status: number;
  /** The problem's code, such as `email_taken`. */
  code: string;
  /** A sentence for people, in English; translate by `code` if it is known. */
  detail: string;
  fields: FieldError[];
  /** The whole problem document, for members such as `price`. */
  problem: Record<string, unknown>;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: { status: number; headers: { get(name: string): string | null } };
}

/** Await an openapi-fetch call and convert any outcome to a `Result`. */
export async function outcome<T>(call: Promise<Answer<T>>): Promise<Result<T>> {
  try {
    const { data, error, response } = await call;
    if (response.status < 400) return { ok: true, data: data as T, etag: response.headers.get("etag") };
    return failure(response.status, error);
  } catch (thrown) {
    if (isNextSignal(thrown)) throw thrown;
    return failure(0, { code: "no_answer", detail: "The service did not answer in time." });
  }
}

interface Page {
  items: unknown[];
  next_cursor: string | null;
}

/** Read a list to its end: return the first page with the items of all, at most `most` pages, or the first failure. */
export async function everyPage<P extends Page>(
  read: (cursor?: string) => Promise<Result<P>>,
  most = Infinity,
): Promise<Result<P>> {
  const first = await read();
  if (!first.ok) return first;
  const items = [...first.data.items];
  let cursor = first.data.next_cursor;
  for (let pages = 1; cursor && pages < most; pages++) {
    const page = await read(cursor);
    if (!page.ok) return page;
    items.push(...page.data.items);
    cursor = page.data.next_cursor;
  }
  return { ...first, data: { ...first.data, items, next_cursor: cursor } };
}

export function failure(status: number, body: unknown): Failure {
  const problem = isRecord(body) ? body : {};
  return {
    ok: false,
    kind: kindOf(status),
    status,
    code: text(problem.code) ?? "unexpected",
    detail: text(problem.detail) ?? "",
    fields: fieldErrors(problem.errors),
    problem,
  };
}

function kindOf(status: number): FailureKind {
  if (status === 0 || status === 429 || status >= 500) return "unavailable";
  const known: Record<number, FailureKind> = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    422: "invalid",
  };
  return known[status] ?? "refused";
}

function fieldErrors(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).map((error) => ({
    field: fieldOf(error.loc),
    type: text(error.type) ?? "",
    message: text(error.msg) ?? "",
  }));
}

/** `["body", "price"]` is the field `price`. */
function fieldOf(loc: unknown): string {
  const parts = Array.isArray(loc) ? loc.map(String) : [];
  return parts.slice(["body", "query", "path"].includes(parts[0] ?? "") ? 1 : 0).join(".");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Next ends renders by throwing; such signals are not failures of a service. */
function isNextSignal(thrown: unknown): boolean {
  return isRecord(thrown) && typeof thrown.digest === "string";
}
