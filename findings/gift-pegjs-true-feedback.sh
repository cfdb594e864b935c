#!/usr/bin/env bash
# gift-pegjs 1.0.2 (npm)
#
# In {T#first#second} the first comment is for the wrong answer and the second for
# the right one (Moodle's description of GIFT). The parser names the first one
# trueFeedback and the second falseFeedback whatever the key is, so for a question
# whose key is true, trueFeedback is what a student who chose false must read.
#
# Seen: {T#...}: isTrue true, trueFeedback "Wrong."; {F#...}: isTrue false,
# trueFeedback "Wrong."
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund 'gift-pegjs@1.0.2'
cd "$work"

node - <<'JS'
const assert = require("node:assert");

import("gift-pegjs").then((module) => {
  const parse = module.parse ?? module.default.parse;
  for (const key of ["T", "F"]) {
    const [question] = parse(`Water boils.{${key}#Wrong.#Right.}`);
    const shown = {
      isTrue: question.isTrue,
      trueFeedback: question.trueFeedback.text,
      falseFeedback: question.falseFeedback.text,
    };
    console.log(key, JSON.stringify(shown));
    assert.deepEqual(shown, {
      isTrue: key === "T",
      trueFeedback: "Wrong.",
      falseFeedback: "Right.",
    });
  }
});
JS
