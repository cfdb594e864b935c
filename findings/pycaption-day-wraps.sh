#!/usr/bin/env bash
# pycaption 2.3.14 (PyPI)
#
# WebVTT lets hours grow past 23 (two or more digits). pycaption reads 25:00:05
# rightly, but both writers write the time of day, so the cue moves to the first
# hours of the recording.
#
# Seen: read 90005 s; written as WebVTT 01:00:05.000, as SubRip 01:00:05,000
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pycaption==2.3.14'

"$work/venv/bin/python" - <<'PY'
from pycaption import SRTWriter, WebVTTReader, WebVTTWriter

source = "WEBVTT\n\n25:00:05.000 --> 25:00:06.000\nDay two\n"
captions = WebVTTReader().read(source)
start = captions.get_captions("en-US")[0].start / 1_000_000
webvtt = WebVTTWriter().write(captions).splitlines()[2].split()[0]
subrip = SRTWriter().write(captions).splitlines()[1].split()[0]
print("read:", start, "s")
print("written as WebVTT:", webvtt)
print("written as SubRip:", subrip)
assert start == 90005
assert webvtt == "01:00:05.000"
assert subrip == "01:00:05,000"
PY
