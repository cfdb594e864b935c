#!/usr/bin/env bash
# pygiftparser 1.1 (PyPI)
#
# A numerical question of the GIFT format may have a negative answer. The parser
# reads {#5}, but calls {#-5} an invalid question with no answers; nothing is
# raised (a line in French goes to the output), so an import goes on without it.
#
# Seen: {#5} valid True, answers [5.0]; {#-5} valid False, answers []
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'p' 'y' 'g' 'i' 'f' 't' 'p' 'a' 'r' 's' 'e' 'r' '=' '=' '1' '.' '1'

"$work/venv/bin/python" - <<'PY'
import io

from pygiftparser import parser


def read(answer):
    question = parser.parseFile(io.StringIO(f"::Scale::How cold is it?{{#{answer}}}\n"))[0]
    return question.valid, [item.value for item in question.answers.answers]


positive, negative = read("5"), read("-5")
print("{#5} valid, answers:", positive)
print("{#-5} valid, answers:", negative)
assert positive == (True, [5.0])
assert negative == (False, [])
PY
