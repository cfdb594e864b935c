#!/usr/bin/env bash
# babel 2.19.0 (PyPI) beside Intl of Node 20 or newer
#
# The compact form of an amount keeps no fraction in Babel unless fraction_digits
# is given, so a million and a half becomes two millions. Intl keeps two
# significant digits when there is one digit before the comma.
#
# Seen: babel 2 млн ₽; Intl 1,5 млн ₽
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'babel==2.19.0'

"$work/venv/bin/python" - <<'PY'
import subprocess

from babel.numbers import format_compact_currency

server = format_compact_currency(1_500_000, "RUB", locale="ru").replace("\u00a0", " ")
script = (
    "console.log(Intl.NumberFormat('ru', {style: 'currency', currency: 'RUB',"
    " notation: 'compact'}).format(1500000))"
)
output = subprocess.run(["node", "-e", script], capture_output=True, check=True, text=True).stdout
page = output.strip().replace("\u00a0", " ")
print("babel", server)
print("Intl", page)
assert server == "2 млн ₽"
assert page == "1,5 млн ₽"
PY
