import nextTypescript from "eslint-config-next/typescript";
import nextVitals from "eslint-config-next/core-web-vitals";

const config = [
  { ignores: [".next/**", "next-env.d.ts", "src/lib/api/schema/**", "test-results/**", "markdown-worker.mjs"] },
  ...nextVitals,
  ...nextTypescript,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Because of the catch-all page the rule takes the services' URLs for pages.
      "@next/next/no-html-link-for-pages": "off",
      // Covers come from any host that a teacher chooses; they are not ours to resize.
      "@next/next/no-img-element": "off",
      "import/no-cycle": "error",
    },
  },
  {
    files: ["tests/**"],
    // Playwright's fixtures pass themselves on by a function named `use`, which is not a hook.
    rules: { "react-hooks/rules-of-hooks": "off" },
  },
];

export default config;
