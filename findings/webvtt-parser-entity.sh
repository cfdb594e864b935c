#!/usr/bin/env bash
# webvtt-parser 2.2.0 (npm)
#
# A cue's text may hold &lt; for "<". The cue tree of this parser has the right
# character, but keeps the semicolon of the entity behind it.
#
# Seen: 'a <; b'
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund 'webvtt-parser@2.2.0'
cd "$work"

node - <<'JS'
const assert = require("node:assert");
const { WebVTTParser } = require("webvtt-parser");

const source = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na &lt; b\n";
const { cues, errors } = new WebVTTParser().parse(source, "subtitles/captions/descriptions");
const text = cues[0].tree.children.map((node) => node.value).join("");
console.log(JSON.stringify(text), JSON.stringify(errors));
assert.equal(text, "a <; b");
JS
