#!/usr/bin/env bash
# cmarkgfm 2025.10.22 (PyPI) beside commonmark 0.31.2 (npm)
#
# Fenced code in a list, indented by tabs as many editors do: of the tab two columns
# belong to the list and two to the fence, so the specification removes all of it from
# each line of the code. GitHub's library leaves a space before every line, which breaks
# Python and YAML that is copied from the page.
#
# Seen: cmark-gfm: " x\n \ty\n"; commonmark.js, by the authors of the specification: "x\n\ty\n"
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'cmarkgfm==2025.10.22'
(cd "$work" && npm install --silent --no-audit --no-fund 'commonmark@0.31.2')
printf -- '- a\n\n\t```\n\tx\n\t\ty\n\t```\n' >"$work/text.md"

(cd "$work" && node --input-type=commonjs --eval '
const { Parser, HtmlRenderer } = require("commonmark");
const text = require("node:fs").readFileSync("text.md", "utf8");
process.stdout.write(new HtmlRenderer().render(new Parser().parse(text)));
') >"$work/commonmark.html"

"$work/venv/bin/python" - "$work" <<'PY'
import re
import sys
from pathlib import Path

import cmarkgfm

folder = Path(sys.argv[1])
ours = cmarkgfm.github_flavored_markdown_to_html((folder / "text.md").read_text())
other = (folder / "commonmark.html").read_text()
(github,), (commonmark,) = (re.findall(r"<code>(.*?)</code>", page, re.DOTALL) for page in (ours, other))
print("cmark-gfm:", repr(github))
print("commonmark.js:", repr(commonmark))
assert github == " x\n \ty\n"
assert commonmark == "x\n\ty\n"
PY
