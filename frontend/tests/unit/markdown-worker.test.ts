import { execFileSync } from "node:child_process";

import { beforeAll, expect, test } from "vitest";

import { renderMarkdown } from "@/lib/markdown/render";

const options = {
  level: 2,
  labels: { footnotes: "Footnotes", backToText: "Back to reference {number}", taskDone: "Done", taskOpen: "To do" },
};

beforeAll(() => {
  execFileSync("node", ["markdown-worker.build.mjs"]);
});

test("a text is rendered by the worker", async () => {
  // The first thread has to start, which on a busy machine may exceed the timeout of one text.
  await expect
    .poll(() => renderMarkdown(`**bold** ${Math.random()}`, options), { timeout: 20_000 })
    .toContain("<strong>");
});

test.each([
  ["a thousand cells for each short row", `${"|a".repeat(1000)}\n${"|-".repeat(1000)}\n${"|a\n".repeat(90_000)}`],
  ["quotes in quotes", ">".repeat(20_000)],
])("%s do not stop the event loop, and end at the deadline", async (_, text) => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 20);
  const started = performance.now();
  const html = await renderMarkdown(text, options);
  const took = performance.now() - started;
  clearInterval(timer);
  expect(html).toBeUndefined();
  expect(took).toBeLessThan(6000);
  // On average an iteration of the event loop at least every 250 ms: it was not blocked.
  expect(ticks).toBeGreaterThan(took / 250 - 1);
  const again = performance.now();
  expect(await renderMarkdown(text, options)).toBeUndefined();
  expect(performance.now() - again).toBeLessThan(100);
});
