import { createHash } from "node:crypto";
import { join } from "node:path";

import { LRUCache } from "lru-cache";
import { Piscina } from "piscina";

import type { MarkdownOptions } from "./to-html";

/** Timeout for rendering one text, in milliseconds; an ordinary lesson takes less than a tenth of it. */
const DEADLINE_MS = 1500;
/** Longer results are not sent to anyone: a short table row can expand to a thousand cells. */
const LONGEST_HTML = 4_000_000;
const CACHE_BYTES = 32 * 1024 * 1024;
/** How long a text that could not be rendered is not retried, in milliseconds. */
const FAILED_MS = 10 * 60 * 1000;

interface Rendered {
  /** Undefined for a text that took too long. */
  html: string | undefined;
}

const pool = new Piscina({
  filename: join(process.cwd(), "markdown-worker.mjs"),
  minThreads: 0,
  maxThreads: 2,
  idleTimeout: 60_000,
  maxQueue: 256,
  resourceLimits: { maxOldGenerationSizeMb: 128 },
});
// A thread may run out of memory just when its text times out. The error then belongs to no text, and unhandled it
// would end the process; the pool has started another thread.
pool.on("error", (error: Error) => console.warn(`A thread for Markdown ended: ${error.message}`));

/** Rendered HTML by a digest of text and options: each version of a text is rendered once. */
const cache = new LRUCache<string, Rendered, { text: string; options: MarkdownOptions }>({
  maxSize: CACHE_BYTES,
  sizeCalculation: ({ html }, key) => 2 * (html?.length ?? 0) + key.length,
  fetchMethod: async (_key, _old, { context: task, options }) => {
    const html = await pool.run(task, { signal: AbortSignal.timeout(DEADLINE_MS) }).then(
      (html: string) => (html.length > LONGEST_HTML ? undefined : html),
      () => undefined,
    );
    if (html === undefined) options.ttl = FAILED_MS;
    return { html };
  },
});

/**
 * Return a user's Markdown as HTML, rendered in a worker thread; undefined when that takes longer than the timeout or
 * the result is too long. The thread is then terminated; the event loop has served other requests meanwhile.
 */
export async function renderMarkdown(text: string, options: MarkdownOptions): Promise<string | undefined> {
  const key = createHash("sha256")
    .update(JSON.stringify([text, options]))
    .digest("base64url");
  return (await cache.fetch(key, { context: { text, options } }))?.html;
}
