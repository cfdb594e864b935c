/**
 * Makes one file of the worker thread that renders Markdown, beside the sources, and beside the server of a finished
 * build: both look for it in their working directory.
 */
import { copyFileSync, existsSync } from "node:fs";

import { buildSync } from "esbuild";

const WORKER = "markdown-worker.mjs";
buildSync({
  entryPoints: ["src/lib/markdown/worker.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  minify: true,
  outfile: WORKER,
});
if (existsSync(".next/standalone")) copyFileSync(WORKER, `.next/standalone/${WORKER}`);
