#!/usr/bin/env bash
# scorm-again 3.4.3 (npm)
#
# SCORM 2004 allows a time zone only behind a fraction of a second
# (YYYY-MM-DDThh:mm:ss.sTZD), and the library follows it. The common ISO 8601 form
# with a zone and whole seconds is rejected with error 406, while a time without a
# zone and one with a fraction are accepted. SetValue only returns "false", so the
# interaction is stored without its time.
#
# Seen: 2026-01-02T03:04:05Z false 406; 2026-01-02T03:04:05+03:00 false 406;
# 2026-01-02T03:04:05 true 0; 2026-01-02T03:04:05.0Z true 0
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund 'scorm-again@3.4.3'
cd "$work"

node - <<'JS'
const assert = require("node:assert");

import("scorm-again").then((module) => {
  const { Scorm2004API } = module.Scorm2004API ? module : module.default;
  const api = new Scorm2004API({ logLevel: 5 });
  api.Initialize("");
  api.SetValue("cmi.interactions.0.id", "question-1");
  api.SetValue("cmi.interactions.0.type", "choice");
  const expected = [
    ["2026-01-02T03:04:05Z", "false", "406"],
    ["2026-01-02T03:04:05+03:00", "false", "406"],
    ["2026-01-02T03:04:05", "true", "0"],
    ["2026-01-02T03:04:05.0Z", "true", "0"],
  ];
  for (const [time, accepted, error] of expected) {
    const seen = [String(api.SetValue("cmi.interactions.0.timestamp", time)), String(api.GetLastError())];
    console.log(time, ...seen);
    assert.deepEqual(seen, [accepted, error]);
  }
  process.exit(0);
});
JS
