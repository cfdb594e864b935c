import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { AREAS } from "@/lib/i18n/messages";

const folder = (locale: string) => new URL(`../../messages/${locale}/`, import.meta.url);
const read = (locale: string, area: string) =>
  JSON.parse(readFileSync(new URL(`${area}.json`, folder(locale)), "utf8"));

/** Every text by its path; its arguments and tags determine what a page must pass. */
function texts(node: unknown, path = ""): Map<string, string> {
  if (typeof node === "string") return new Map([[path, node]]);
  return new Map(
    Object.entries(node as object).flatMap(([key, value]) => [...texts(value, path ? `${path}.${key}` : key)]),
  );
}

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{\s*(\w+)\s*[,}]|<(\w+)>/g)].map((match) => match[1] ?? `<${match[2]}>`))].sort();

describe.each(AREAS)("messages of %s", (area) => {
  const [english, russian] = [texts(read("en", area)), texts(read("ru", area))];

  test("have the same keys in both languages", () => {
    expect([...russian.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("take the same arguments in both languages", () => {
    for (const [key, text] of english) {
      const plain = (value: string) => placeholders(value.replace(/\b(one|few|many|other|zero|two|=\d+)\s*\{/g, "("));
      expect(plain(russian.get(key) ?? ""), key).toEqual(plain(text));
    }
  });

  test("have a Russian plural for every number", () => {
    for (const [key, text] of russian) {
      if (!/,\s*plural\s*,/.test(text)) continue;
      for (const form of ["one", "few", "many", "other"]) expect(text, key).toMatch(new RegExp(`\\b${form}\\s*\\{`));
    }
  });
});

test("every file of messages belongs to an area", () => {
  for (const locale of ["en", "ru"]) {
    expect(readdirSync(folder(locale)).sort()).toEqual(AREAS.map((area) => `${area}.json`));
  }
});
