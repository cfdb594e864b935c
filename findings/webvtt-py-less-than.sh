#!/usr/bin/env bash
# webvtt-py 0.6.0 (PyPI)
#
# SubRip knows no escapes, WebVTT starts a tag at "<" and needs &lt; instead.
# from_srt() copies the text without escaping, so the written file is not the same
# caption, and .text cuts everything from "<" to the next ">". The other way, the
# entities of WebVTT stay in .text and in the SubRip file.
#
# Seen: text: 'if a  c'; written: 'if a < b and b > c';
# WebVTT to SubRip: 'if a &lt; b'
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'webvtt-py==0.6.0'

"$work/venv/bin/python" - <<'PY'
import io

import webvtt

subrip = "1\n00:00:01,000 --> 00:00:02,000\nif a < b and b > c\n\n"
captions = webvtt.from_buffer(io.StringIO(subrip), format="srt")
text = captions[0].text
written = captions.content.rstrip().splitlines()[-1]
escaped = webvtt.from_string("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nif a &lt; b\n")
output = io.StringIO()
escaped.write(output, format="srt")
exported = output.getvalue().rstrip().splitlines()[-1]
print("text:", repr(text))
print("written:", repr(written))
print("WebVTT to SubRip:", repr(exported))
assert text == "if a  c"
assert written == "if a < b and b > c"
assert exported == "if a &lt; b"
PY
