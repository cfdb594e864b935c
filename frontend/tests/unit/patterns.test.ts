import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { checkSync } from "recheck";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const SOURCES = join(import.meta.dirname, "../../src");

/** Every regular expression literal in the sources, by its location. */
function literals(): [string, RegExp][] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  return files.flatMap((name) => {
    const source = ts.createSourceFile(name, readFileSync(join(SOURCES, name), "utf8"), ts.ScriptTarget.Latest, true);
    const found: [string, RegExp][] = [];
    const visit = (node: ts.Node) => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf("/");
        found.push([`${name} ${node.text}`, new RegExp(node.text.slice(1, end), node.text.slice(end + 1))]);
      }
      node.forEachChild(visit);
    };
    visit(source);
    return found;
  });
}

describe("regular expressions take time in proportion to the text", () => {
  it("and the check tells those that do not", () => {
    expect(checkSync("^(a+)+$", "").status).toBe("vulnerable");
    expect(literals().length).toBeGreaterThan(5);
  });

  it.each(literals())("%s", (_, pattern) => {
    expect(checkSync(pattern.source, pattern.flags, { timeout: 60_000 }).status).toBe("safe");
  });

  it("none is put together at run time", () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
    expect(files.filter((name) => readFileSync(join(SOURCES, name), "utf8").includes("new RegExp("))).toEqual([]);
  });
});
