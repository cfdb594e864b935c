#!/usr/bin/env bash
# pycaption 2.3.14 (PyPI)
#
# In TTML (DFXP) a line break in the source is a space, unless xml:space="preserve"
# keeps it; <br/> is what breaks a caption. DFXPReader takes each text only up to
# its first line break and drops the rest, with xml:space="preserve" as well. The
# same sentence on one line of the file is read whole.
#
# Seen: on one line: 'Never divide by zero.'; wrapped: 'Never';
# preserved: 'for x in xs:'
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pycaption==2.3.14'

"$work/venv/bin/python" -W ignore - <<'PY'
from pycaption import DFXPReader


def read(text, attributes=""):
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
        f'<p begin="00:00:01.000" end="00:00:03.000"{attributes}>{text}</p>'
        "</div></body></tt>"
    )
    (caption,) = DFXPReader().read(document).get_captions("en")
    return caption.get_text()


flat = read("Never divide by zero.")
wrapped = read("Never\n      divide by zero.")
preserved = read("for x in xs:\n    total += x", ' xml:space="preserve"')
print("on one line:", repr(flat))
print("wrapped:", repr(wrapped))
print("preserved:", repr(preserved))
assert flat == "Never divide by zero."
assert wrapped == "Never"
assert preserved == "for x in xs:"
PY
