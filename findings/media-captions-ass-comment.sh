#!/usr/bin/env bash
# media-captions 1.0.4 (npm)
#
# In [Events] of SubStation Alpha a Comment line has the fields of a Dialogue line
# and is never shown; editors keep the author's notes and disabled lines so. The
# README lists the kinds of line that are not supported, Comment is not among them.
# The parser takes any line that is no Dialogue for the rest of the cue before it,
# so the note stands on the screen, with its times and fields, and no error is told.
#
# Seen: 1: "Three branches."; 2: "Only two pass.\nComment: 0,0:00:05.00,0:00:09.00,
# Default,,0,0,0,,Check this number"; 3: "Next slide."; errors: 0
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund 'media-captions@1.0.4'
cd "$work"

node - <<'JS'
const assert = require("node:assert");

const note =
  "Comment: 0,0:00:05.00,0:00:09.00,Default,,0,0,0,,Check this number";
const source = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour
Style: Default,Arial,20,&H00FFFFFF

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,Three branches.
Dialogue: 0,0:00:05.00,0:00:09.00,Default,,0,0,0,,Only two pass.
${note}
Dialogue: 0,0:00:10.00,0:00:12.00,Default,,0,0,0,,Next slide.
`;

import("media-captions").then(async ({ parseText }) => {
  const { cues, errors } = await parseText(source, { type: "ass", errors: true });
  const texts = cues.map((cue) => cue.text);
  texts.forEach((text, index) => console.log(`${index + 1}:`, JSON.stringify(text)));
  console.log("errors:", errors.length);
  assert.deepEqual(texts, [
    "Three branches.",
    `Only two pass.\n${note}`,
    "Next slide.",
  ]);
  assert.equal(errors.length, 0);
});
JS
