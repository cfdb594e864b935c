import { expect, test } from "vitest";

import { failure, outcome } from "@/lib/api/result";

const answer = (status: number, rest: object = {}) =>
  Promise.resolve({ response: new Response(null, { status }), ...rest });

test("a good answer is its data", async () => {
  expect(await outcome(answer(200, { data: { id: 1 } }))).toEqual({ ok: true, data: { id: 1 }, etag: null });
});

test("a refusal names its code and the fields", async () => {
  const error = { code: "invalid", detail: "No.", errors: [{ loc: ["body", "price"], msg: "Too much." }] };
  expect(await outcome(answer(422, { error }))).toMatchObject({
    ok: false,
    kind: "invalid",
    code: "invalid",
    fields: [{ field: "price", message: "Too much." }],
  });
});

test.each([
  [503, "unavailable"],
  [429, "unavailable"],
  [401, "unauthenticated"],
  [403, "forbidden"],
  [404, "not_found"],
  [409, "refused"],
])("%i is %s", (status, kind) => {
  expect(failure(status, undefined).kind).toBe(kind);
});

test("no answer is a result too", async () => {
  expect(await outcome(Promise.reject(new TypeError("fetch failed")))).toMatchObject({
    ok: false,
    kind: "unavailable",
  });
});
