#!/usr/bin/env bash
# markdown-it-py 4.3.0, linkify-it-py 2.2.0 beside cmarkgfm 2025.10.22 (PyPI)
#
# The preset gfm-like links every word whose ending is a top-level domain, so file
# names of a lesson become links to strangers' sites: .md is Moldova, .py Paraguay.
# GitHub's own library links addresses with a scheme or www. only. The other way,
# the preset leaves ~one~ alone, which GitHub strikes through.
#
# Seen: markdown-it-py: two links to http://README.md and http://main.py, ~old~;
# cmark-gfm: no link, <del>old</del>
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'markdown-it-py==4.3.0' 'linkify-it-py==2.2.0' 'cmarkgfm==2025.10.22'

"$work/venv/bin/python" - <<'PY'
import re

import cmarkgfm
from markdown_it import MarkdownIt

source = "Open README.md, then main.py, not the ~old~ one."
page = MarkdownIt("gfm-like").render(source)
reference = cmarkgfm.github_flavored_markdown_to_html(source)
links = re.findall(r'href="([^"]+)"', page)
print("markdown-it-py:", page, end="")
print("cmark-gfm:", reference, end="")
assert links == ["http://README.md", "http://main.py"]
assert "~old~" in page
assert "href" not in reference
assert "<del>old</del>" in reference
PY
