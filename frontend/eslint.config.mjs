import nextTypescript from "eslint-config-next/typescript";
import nextVitals from "eslint-config-next/core-web-vitals";

const config = [
  { ignores: [".next/**", "next-env.d.ts", "src/lib/api/schema/**", "test-results/**", "markdown-worker.mjs"] },
  ...nextVitals,
  ...nextTypescript,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // The catch-all page makes the rule take the services' addresses for pages.
      "@next/next/no-html-link-for-pages": "off",
      // Covers come from any host a teacher names; they are not ours to resize.
      "@next/next/no-img-element": "off",
      "import/no-cycle": "error",
    },
  },
  {
    files: ["tests/**"],
    // Playwright's fixtures hand themselves over by a function named `use`, which is no hook.
    rules: { "react-hooks/rules-of-hooks": "off" },
  },
];

export default config;
