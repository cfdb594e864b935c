import { readdirSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

const source = new URL("../../src/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, source), "utf8");
const css = read("app/globals.css");
const tokens = new Set([...css.matchAll(/--color-([a-z-]+):/g)].map(([, name]) => name));

const NO_COLOUR: Record<string, string[]> = {
  bg: [],
  fill: [],
  text: ["xs", "sm", "base", "lg", "xl", "left", "right", "center", "ellipsis"],
  border: ["b", "t", "l", "r", "y", "x", "collapse"],
};

// Tailwind ignores unknown names without a warning.
test.each(Object.entries(NO_COLOUR))("every colour of %s is a token", (property, others) => {
  const classes = new RegExp(String.raw`(?<=["\s:\`])${property}-([a-z]+(?:-[a-z]+)*)(?=["\s/!\`])`, "g");
  const strange = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx"))
    .flatMap((path) => [...read(path).matchAll(classes)].map(([whole, name]) => ({ path, whole, name: name! })))
    .filter(({ name }) => !tokens.has(name) && !others.includes(name));
  expect(strange).toEqual([]);
});

type Theme = "light" | "dark";

function luminance(token: string, theme: Theme): number {
  const [, light, dark] = new RegExp(`--${token}: light-dark\\(#(\\w{6}), #(\\w{6})\\)`).exec(css)!;
  const [red, green, blue] = (theme === "light" ? light : dark)!.match(/../g)!.map((pair) => {
    const share = parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** Return the contrast as WCAG defines it, from 1 to 21. */
function contrast(one: string, other: string, theme: Theme): number {
  const [dark, light] = [luminance(one, theme), luminance(other, theme)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

// axe checks only text.
test.each<[string, Theme]>(
  ["accent", "rule-strong"].flatMap((token) => [
    [token, "light"],
    [token, "dark"],
  ]),
)("the outline of what has the focus and the borders of fields stand out: %s, %s", (token, theme) => {
  for (const ground of ["paper", "paper-raised", "paper-sunken"]) {
    expect(contrast(token, ground, theme), ground).toBeGreaterThanOrEqual(3);
  }
});
