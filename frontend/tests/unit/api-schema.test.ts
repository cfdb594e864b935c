import { readFileSync } from "node:fs";

import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

const SERVICES = ["identity", "course", "enrollment", "payment", "notification"];
const BANNER = /^\/\*\*[\s\S]*?\*\/\s*/;

test.each(SERVICES)("the types of %s are made from its document; `npm run api` makes them anew", async (service) => {
  const document = new URL(`../../src/lib/api/documents/${service}.json`, import.meta.url);
  const committed = readFileSync(new URL(`../../src/lib/api/schema/${service}.ts`, import.meta.url), "utf8");
  const generated = astToString(await openapiTS(document));
  expect(committed.replace(BANNER, "").trim()).toBe(generated.trim());
});
