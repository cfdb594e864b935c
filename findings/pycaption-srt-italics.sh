#!/usr/bin/env bash
# pycaption 2.3.14 (PyPI)
#
# SubRip marks italics by <i>, and so does WebVTT. The SubRip reader keeps the tag
# as text, the WebVTT writer escapes it, and the viewer reads the tags themselves.
# Read from WebVTT, the same caption keeps its italics.
#
# Seen: from SubRip: &lt;i>Hamlet&lt;/i>; from WebVTT: <i>Hamlet</i>
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pycaption==2.3.14'

"$work/venv/bin/python" - <<'PY'
from pycaption import SRTReader, WebVTTReader, WebVTTWriter

subrip = "1\n00:00:01,000 --> 00:00:02,000\n<i>Hamlet</i>\n\n"
webvtt = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<i>Hamlet</i>\n"


def text(captions):
    return WebVTTWriter().write(captions).rstrip().splitlines()[-1]


from_subrip = text(SRTReader().read(subrip))
from_webvtt = text(WebVTTReader().read(webvtt))
print("from SubRip:", from_subrip)
print("from WebVTT:", from_webvtt)
assert from_subrip == "&lt;i>Hamlet&lt;/i>"
assert from_webvtt == "<i>Hamlet</i>"
PY
