#!/usr/bin/env bash
# @plussub/srt-vtt-parser 2.0.5 (npm)
#
# WebVTT lets a time leave out the hours and lets settings follow the end time of a
# cue. The parser reads each of the two, but not both together: the end becomes
# NaN without an error, so the cue never shows or never ends.
#
# Seen: hours and settings 4000; no hours 4000; no hours and settings NaN
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund '@plussub/srt-vtt-parser@2.0.5'
cd "$work"

node - <<'JS'
const assert = require("node:assert");
const { parse } = require("@plussub/srt-vtt-parser");

const end = (timing) => parse(`WEBVTT\n\n${timing}\nHello\n`).entries[0].to;
const settings = end("00:00:01.000 --> 00:00:04.000 align:start");
const short = end("00:01.000 --> 00:04.000");
const both = end("00:01.000 --> 00:04.000 align:start");
console.log("hours and settings", settings, "no hours", short, "no hours and settings", both);
assert.equal(settings, 4000);
assert.equal(short, 4000);
assert.ok(Number.isNaN(both));
JS
