import { readdirSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

const fromHere = (path: string) => new URL(path, import.meta.url);
const PHRASES = readFileSync(fromHere("old-phrases.txt"), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"));

/** All texts that users read: the pages' messages by key, and the texts of notifications and mails by line. */
function* texts(): Generator<[where: string, text: string]> {
  const roots = ["../../messages/", "../../../services/notification/src/edu_notification/templates/"];
  for (const root of roots) {
    for (const name of readdirSync(fromHere(root), { recursive: true, encoding: "utf8" })) {
      if (!/\.(json|txt)$/.test(name)) continue;
      const content = readFileSync(fromHere(root + name), "utf8");
      const lines = name.endsWith(".json") ? valuesOf(JSON.parse(content)) : content.split("\n");
      for (const line of lines) yield [name, line];
    }
  }
}

function valuesOf(node: unknown): string[] {
  return typeof node === "string" ? [node] : Object.values(node as object).flatMap(valuesOf);
}

test("no page and no mail uses a phrase of the list", () => {
  const all = [...texts()];
  expect(all.length).toBeGreaterThan(1000);
  const found = all.flatMap(([where, text]) => {
    const phrase = PHRASES.find((one) => text.toLowerCase().includes(one));
    return phrase ? [`${where}: “${phrase}” in “${text}”`] : [];
  });
  expect(found).toEqual([]);
});
