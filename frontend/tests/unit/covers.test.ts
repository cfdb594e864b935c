import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { coverArt } from "@/lib/covers/cover";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

test("the same course gets the same cover, to the byte", () => {
  expect(coverArt("music", "Piano from the start")).toBe(coverArt("music", "Piano from the start"));
});

test("a thousand titles give a thousand covers", () => {
  const covers = Array.from({ length: 1000 }, (_, number) => digest(coverArt("music", `Course ${number}`)));
  expect(new Set(covers).size).toBe(1000);
});

test("nothing of the texts gets into the picture", () => {
  const art = coverArt('"><script>', "</svg><script>alert(1)</script>");
  expect(art).not.toMatch(/script|alert/);
  expect(art).toMatch(/^(<(path|circle) [a-z0-9="#.\-, MLHVASahvz]*\/>)+$/);
});

test("a cover is small", () => {
  const sizes = Array.from({ length: 200 }, (_, number) => coverArt("art", `Course ${number}`).length);
  expect(Math.max(...sizes)).toBeLessThan(9000);
});
