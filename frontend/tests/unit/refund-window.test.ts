import { expect, test } from "vitest";

import { mayBeRefunded } from "@/features/orders/refund-window";

const DAY = 24 * 3600 * 1000;
const bought = "2026-01-01T00:00:00Z";
const after = (days: number) => Date.parse(bought) + days * DAY;

test.each([
  ["completed", bought, after(29.9), true],
  ["completed", bought, after(30), false],
  ["refunded", bought, after(1), false],
  ["pending", null, after(1), false],
])("%s, completed %s, at %d: %s", (status, completed_at, now, expected) => {
  expect(mayBeRefunded({ status, completed_at }, now)).toBe(expected);
});
