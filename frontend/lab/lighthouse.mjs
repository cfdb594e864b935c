/**
 * Measures home, catalogue and a course by Lighthouse, as a phone and as a desktop, and prints a table in Markdown.
 *
 * EDU_URL is the URL of a platform that runs a production build (`./edu up`), RUNS how often each page is loaded: the
 * run with the median performance counts. Exits with status 1 when a score is below its target. A phone is simulated as
 * this machine four times slower, which suits a benchmark index of 1,000 and more; on a slower machine, times and
 * performance are worse.
 */
import { existsSync } from "node:fs";

import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";
import { computeMedianRun } from "lighthouse/core/lib/median-run.js";

const ORIGIN = process.env.EDU_URL ?? "http://127.0.0.1:3001";
const RUNS = Number(process.env.RUNS ?? 3);
const AIMS = { performance: 95, accessibility: 100, "best-practices": 95, seo: 100 };
const PRESETS = { phone: undefined, desktop: desktopConfig };
const COLUMNS = [
  "page",
  "as",
  "performance",
  "accessibility",
  "best practices",
  "SEO",
  "FCP",
  "LCP",
  "CLS",
  "TBT",
  "scripts",
];

async function popularCourse() {
  const answer = await fetch(`${ORIGIN}/api/course/courses?sort=popular&limit=1`);
  return (await answer.json()).items[0].slug;
}

async function inChrome(measure) {
  const chromePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
    (path) => path && existsSync(path),
  );
  const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox"] });
  try {
    return await measure(chrome.port);
  } finally {
    chrome.kill();
  }
}

async function medianRun(path, preset) {
  const results = [];
  for (let run = 0; run < RUNS; run++) {
    const load = (port) => lighthouse(ORIGIN + path, { port, logLevel: "error" }, PRESETS[preset]);
    results.push((await inChrome(load)).lhr);
  }
  // A run in which a busy machine did not paint says nothing about the page.
  const painted = results.filter(({ audits }) => audits["first-contentful-paint"].numericValue !== undefined);
  return computeMedianRun(painted);
}

const score = (report, category) => Math.round(report.categories[category].score * 100);

const scriptBytes = ({ audits }) =>
  audits["network-requests"].details.items
    .filter(({ resourceType }) => resourceType === "Script")
    .reduce((sum, { transferSize }) => sum + transferSize, 0);

function row(page, preset, report) {
  const shown = (audit) => report.audits[audit].displayValue;
  const scores = Object.keys(AIMS).map((category) => score(report, category));
  const times = [
    "first-contentful-paint",
    "largest-contentful-paint",
    "cumulative-layout-shift",
    "total-blocking-time",
  ];
  return [page, preset, ...scores, ...times.map(shown), `${Math.round(scriptBytes(report) / 1000)} kB`];
}

const line = (cells) => `| ${cells.join(" | ")} |`;

/** The audits that keep a category below its target. */
function shortfalls(report) {
  return Object.entries(AIMS)
    .filter(([category, aim]) => score(report, category) < aim)
    .flatMap(([category]) =>
      report.categories[category].auditRefs
        .filter(({ id, weight }) => weight > 0 && report.audits[id].score !== null && report.audits[id].score < 0.9)
        .map(({ id }) => `${category}: ${report.audits[id].title} ${report.audits[id].displayValue ?? ""}`),
    );
}

const indexes = [];
const pages = { home: "/", catalogue: "/courses", course: `/courses/${await popularCourse()}` };
console.log(line(COLUMNS));
console.log(line(COLUMNS.map(() => "---")));
for (const [page, path] of Object.entries(pages)) {
  for (const preset of Object.keys(PRESETS)) {
    const report = await medianRun(path, preset);
    console.log(line(row(page, preset, report)));
    indexes.push(Math.round(report.environment.benchmarkIndex));
    for (const shortfall of shortfalls(report)) {
      console.error(`  ${page}, ${preset}: ${shortfall}`);
      process.exitCode = 1;
    }
  }
}
console.log(`\nThe machine's benchmark index, by Lighthouse: ${Math.min(...indexes)} to ${Math.max(...indexes)}.`);
