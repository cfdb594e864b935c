import { expect, test } from "vitest";

import { courseSchema, fieldsOfForm } from "@/features/studio/courses/course-fields";
import { moveLesson, moveModule, orderOf, placeLesson } from "@/features/studio/curriculum/order";
import { reconcile } from "@/features/studio/reconcile";
import type { ModuleOutline } from "@/lib/api/types";

/** `outline({ A: "ab", B: "" })` returns modules and lessons whose ids are letters. */
function outline(modules: Record<string, string>): ModuleOutline[] {
  return Object.entries(modules).map(([id, lessons], index) => ({
    ...{ id, title: id, course_id: "c", order: index + 1, version: 1 },
    lessons: [...lessons].map((lesson, place) => ({
      ...{ id: lesson, module_id: id, title: lesson, order: place + 1, version: 1 },
      ...{ duration_minutes: 0, is_preview: false, has_video: false, has_text: true },
    })),
  }));
}

const written = (modules: ModuleOutline[]) =>
  Object.fromEntries(orderOf(modules).map(({ id, lessons }) => [id, lessons.join("")]));

test.each([
  ["a lesson moves within its module", "b", "up", { A: "ba", B: "c" }],
  ["past the end it goes to the start of the next module", "b", "down", { A: "a", B: "bc" }],
  ["past the start it goes to the end of the one before", "c", "up", { A: "abc", B: "" }],
  ["the very first stays", "a", "up", { A: "ab", B: "c" }],
  ["the very last stays", "c", "down", { A: "ab", B: "c" }],
  ["an unknown one changes nothing", "x", "up", { A: "ab", B: "c" }],
] as const)("%s", (_, id, direction, expected) => {
  expect(written(moveLesson(outline({ A: "ab", B: "c" }), id, direction))).toEqual(expected);
});

test("a module moves with its lessons, and not past the edges", () => {
  const modules = outline({ A: "a", B: "b" });
  expect(Object.entries(written(moveModule(modules, "B", "up")))).toEqual([
    ["B", "b"],
    ["A", "a"],
  ]);
  expect(moveModule(modules, "A", "up")).toBe(modules);
});

test("a lesson put into an empty module belongs to it", () => {
  const next = placeLesson(outline({ A: "ab", B: "" }), "a", "B", 0);
  expect(written(next)).toEqual({ A: "b", B: "a" });
  expect(next[1]!.lessons[0]!.module_id).toBe("B");
});

const read = { title: "Old", text: "Old" };

test.each([
  ["both wrote the same", { title: "New", text: "Old" }, { title: "New", text: "Old" }, { kind: "same" }],
  ["only the version moved", { title: "New", text: "Old" }, read, { kind: "untouched" }],
  ["the other wrote too", { title: "New", text: "Old" }, { title: "Other", text: "Old" }, "title"],
  ["the other wrote what was left alone", { title: "New", text: "Old" }, { title: "Old", text: "Other" }, "text"],
] as const)("reconciling: %s", (_, mine, theirs, expected) => {
  const wanted = typeof expected === "string" ? { kind: "conflict", fields: [expected] } : expected;
  expect(reconcile(read, mine, theirs)).toEqual(wanted);
});

const form = {
  ...{ title: " Bread ", subtitle: "", description: "", category: "", language: "en", level: "beginner" },
  ...{ price: "", currency: "USD", duration_minutes: "", tags: "a, b,,a", cover_url: "" },
};
const sentences = { price: "price!", tags: "tags!", cover: "cover!", minutes: "minutes!" };
const parse = (change: object) => courseSchema(sentences).safeParse({ ...form, ...change });

test("a course without a price is free, and one with a comma in it is not", () => {
  expect(fieldsOfForm(parse({}).data!)).toMatchObject({ title: "Bread", is_free: true, price: null, tags: ["a", "b"] });
  expect(fieldsOfForm(parse({ price: "49,9" }).data!)).toMatchObject({ is_free: false, price: "49.90" });
});

test.each([
  [{ price: "0.49" }, "price!"],
  [{ price: "1.999" }, "price!"],
  [{ price: "10000.01" }, "price!"],
  [{ duration_minutes: "-1" }, "minutes!"],
  [{ cover_url: "http://example.com/a.png" }, "cover!"],
  [{ tags: "x".repeat(41) }, "tags!"],
])("%o is refused with its own sentence", (change, sentence) => {
  expect(parse(change).error?.issues.map((issue) => issue.message)).toEqual([sentence]);
});
