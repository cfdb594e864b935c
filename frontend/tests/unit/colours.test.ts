import { readdirSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

const source = new URL("../../src/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, source), "utf8");
const tokens = new Set([...read("app/globals.css").matchAll(/--color-([a-z-]+):/g)].map(([, name]) => name));

const NO_COLOUR: Record<string, string[]> = {
  bg: [],
  fill: [],
  text: ["xs", "sm", "base", "lg", "xl", "left", "right", "center", "ellipsis"],
  border: ["b", "t", "l", "r", "y", "x", "collapse"],
};

// Tailwind makes nothing of a name that it does not know, and says nothing about it.
test.each(Object.entries(NO_COLOUR))("every colour of %s is a token", (property, others) => {
  const classes = new RegExp(String.raw`(?<=["\s:\`])${property}-([a-z]+(?:-[a-z]+)*)(?=["\s/!\`])`, "g");
  const strange = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx"))
    .flatMap((path) => [...read(path).matchAll(classes)].map(([whole, name]) => ({ path, whole, name: name! })))
    .filter(({ name }) => !tokens.has(name) && !others.includes(name));
  expect(strange).toEqual([]);
});
