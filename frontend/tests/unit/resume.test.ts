import { expect, test } from "vitest";

import { lessonToResume } from "@/features/learn/resume";

const lessons = ["a", "b", "c"].map((id) => ({ id, title: id }));

test.each([
  [[], null, "a"],
  [[], "b", "b"],
  [["b"], "b", "c"],
  [["b", "c"], "b", "a"],
  [["a", "b", "c"], "b", "b"],
  [["a"], "deleted", "b"],
])("with %j done and %s open last, one goes on at %s", (done, last, expected) => {
  expect(lessonToResume(lessons, done, last)?.id).toBe(expected);
});

test("a course without lessons has none to go on at", () => {
  expect(lessonToResume([], [], null)).toBeUndefined();
});
