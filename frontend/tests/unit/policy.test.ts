import { describe, expect, test } from "vitest";

import { acceptedLanguages } from "@/lib/i18n/accepted-languages";
import { comesFromThisOrigin } from "@/lib/security/policy";

describe("the languages a browser accepts", () => {
  test.each([
    ["en-US,en;q=0.9", "en-US,en;q=0.9"],
    ["ru-RU,ru;q=0.9,en-US;q=0.8", "ru-RU,ru;q=0.9,en-US;q=0.8"],
    ["uk-UA,uk;q=0.9", "en"],
    ["be", "en"],
    ["kk-KZ,kk;q=0.9,ru;q=0.8", "ru;q=0.8"],
    ["uk,ru;q=0.5,en;q=0.8", "ru;q=0.5,en;q=0.8"],
    ["de-DE,de;q=0.9", "en"],
    ["*", "en"],
    ["", "en"],
    [null, "en"],
    ["rus", "en"],
  ])("%j become %j", (header, expected) => {
    expect(acceptedLanguages(header)).toBe(expected);
  });
});

describe("a write comes from this origin", () => {
  const check = (headers: Record<string, string>, method = "POST") =>
    comesFromThisOrigin(method, new Headers(headers), "https://school.example:8443");

  test.each([
    [{ host: "school.example", origin: "https://school.example" }],
    [{ host: "10.0.0.1", "x-forwarded-host": "school.example", origin: "https://school.example" }],
    // A reverse proxy that drops the port, or rewrites the host.
    [{ host: "school.example", origin: "https://school.example:8443" }],
    [{ host: "frontend:3001", origin: "https://school.example:8443" }],
  ])("%j", (headers) => expect(check(headers)).toBe(true));

  test.each([
    [{ host: "school.example" }],
    [{ host: "school.example", origin: "null" }],
    [{ host: "school.example", origin: "https://evil.example" }],
    [{ host: "school.example", origin: "https://school.example.evil.example" }],
    [{ host: "school.example", origin: "http://school.example:8443" }],
  ])("but not %j", (headers) => expect(check(headers)).toBe(false));

  test("and reading needs none", () => expect(check({ host: "school.example" }, "GET")).toBe(true));
});
