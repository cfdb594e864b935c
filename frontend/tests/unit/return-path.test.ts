import { expect, test } from "vitest";

import { returnPath } from "@/lib/session/return-path";

test.each(["/learn", "/courses?q=a&page=2", "/ru/account"])("goes back to %s", (path) => {
  expect(returnPath(path)).toBe(path);
});

test.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/a\nb",
  "javascript:alert(1)",
  "",
  undefined,
  ["/a"],
])("does not go to %j", (path) => {
  expect(returnPath(path)).toBe("/");
});
