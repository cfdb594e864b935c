import { describe, expect, test } from "vitest";

import { everyPage, failure, type Result } from "@/lib/api/result";

interface Numbers {
  items: number[];
  next_cursor: string | null;
  total: number;
}

/** A list of `count` numbers, a hundred per page; `asked` records the cursors of the requests. */
function listOf(count: number, asked: (string | undefined)[], broken?: string) {
  return async (cursor?: string): Promise<Result<Numbers>> => {
    asked.push(cursor);
    if (cursor && cursor === broken) return failure(503, {});
    const start = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(100, count - start) }, (_, index) => start + index);
    const next_cursor = start + 100 < count ? String(start + 100) : null;
    return { ok: true, etag: null, data: { items, next_cursor, total: count } };
  };
}

describe("everyPage", () => {
  test.each([0, 1, 100, 101, 350])("reads all of %i", async (count) => {
    const found = await everyPage(listOf(count, []));
    expect(found.ok && found.data).toEqual({ items: [...Array(count).keys()], next_cursor: null, total: count });
  });

  test("gives the failure of a later page", async () => {
    const found = await everyPage(listOf(350, [], "200"));
    expect(found).toMatchObject({ ok: false, status: 503 });
  });

  test("stops after as many pages as are allowed", async () => {
    const asked: (string | undefined)[] = [];
    const found = await everyPage(listOf(350, asked), 2);
    expect(found.ok && found.data.items).toHaveLength(200);
    expect(asked).toEqual([undefined, "100"]);
  });
});
