import { existsSync } from "node:fs";

import { defineConfig } from "@playwright/test";

/** A Chromium of this machine; Playwright's own is not downloaded. */
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);

export default defineConfig({
  testDir: "tests/browser",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.JUNIT_REPORT ? [["line"], ["junit", { outputFile: process.env.JUNIT_REPORT }]] : "list",
  projects: [
    { name: "pages", testIgnore: "outage.spec.ts" },
    // It stops services that all other tests need.
    { name: "outage", testMatch: "outage.spec.ts", dependencies: ["pages"], workers: 1 },
  ],
  use: {
    baseURL: process.env.EDU_URL ?? "http://127.0.0.1:3001",
    viewport: { width: 1280, height: 900 },
    launchOptions: { executablePath, args: ["--no-sandbox"] },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
