#!/usr/bin/env bash
# pycaption 2.3.14 (PyPI)
#
# The body of a TTML (DFXP) document holds any number of div elements, each with
# any number of p; a div is a section, not a language. DFXPReader files each div
# under its language, so a div replaces the one before it: of a document with one
# div for each chapter the last chapter remains. Nothing is reported.
#
# Seen: two chapters in two divs: [(4.0, 'Second.')]; the same in one div:
# [(1.0, 'First.'), (4.0, 'Second.')]
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pycaption==2.3.14'

"$work/venv/bin/python" -W ignore - <<'PY'
from pycaption import DFXPReader


def read(body):
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en">'
        f"<body>{body}</body></tt>"
    )
    captions = DFXPReader().read(document).get_captions("en")
    return [(caption.start / 1_000_000, caption.get_text()) for caption in captions]


first = '<p begin="00:00:01.000" end="00:00:03.000">First.</p>'
second = '<p begin="00:00:04.000" end="00:00:06.000">Second.</p>'
two = read(f"<div>{first}</div><div>{second}</div>")
one = read(f"<div>{first}{second}</div>")
print("two chapters in two divs:", two)
print("the same in one div:", one)
assert two == [(4.0, "Second.")]
assert one == [(1.0, "First."), (4.0, "Second.")]
PY
