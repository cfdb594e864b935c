#!/usr/bin/env bash
# pysubs2 1.8.1 (PyPI)
#
# SubRip and WebVTT give braces and backslashes no meaning. pysubs2 keeps every
# format in the SubStation Alpha model, where {...} is a style override and \N a
# line break, and does not escape them on reading. Captions of a programming
# lesson lose what stands in braces, from SubRip to SubRip as well.
#
# Seen: written: 'print(f"Hello ")'
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pysubs2==1.8.1'

"$work/venv/bin/python" - <<'PY'
import pysubs2

caption = 'print(f"Hello {name}")'
source = f"1\n00:00:01,000 --> 00:00:02,000\n{caption}\n\n"
written = pysubs2.SSAFile.from_string(source, format_="srt").to_string("srt")
text = written.splitlines()[2]
print("read:", repr(caption))
print("written:", repr(text))
assert text == 'print(f"Hello ")'
PY
