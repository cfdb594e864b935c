import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  test: { include: ["tests/unit/**/*.test.ts", "tests/unit/**/*.test.tsx"] },
  resolve: {
    alias: {
      "@/": folder("./src/"),
      "@messages/": folder("./messages/"),
      "server-only": folder("./tests/unit/server-only.ts"),
    },
  },
});
