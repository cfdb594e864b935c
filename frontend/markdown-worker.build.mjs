/**
 * Bundles the worker thread that renders Markdown into one file, beside the sources and beside the server of a finished
 * build: both load it from their working directory.
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
