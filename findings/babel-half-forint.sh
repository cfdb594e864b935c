#!/usr/bin/env bash
# babel 2.19.0 (PyPI) beside Intl of Node 20 or newer
#
# ISO 4217 has for the forint two decimals, and payment providers charge it so; CLDR
# has none for it. A price of 1234.50 therefore loses its half, and the two sides
# round it differently: Babel to the even neighbour, Intl away from zero.
#
# Seen: babel HUF1,234; Intl HUF 1,235
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'babel==2.19.0'

"$work/venv/bin/python" - <<'PY'
import subprocess
from decimal import Decimal

from babel.numbers import format_currency

server = format_currency(Decimal("1234.50"), "HUF", locale="en").replace("\u00a0", " ")
script = "console.log(Intl.NumberFormat('en', {style: 'currency', currency: 'HUF'}).format(1234.5))"
output = subprocess.run(["node", "-e", script], capture_output=True, check=True, text=True).stdout
page = output.strip().replace("\u00a0", " ")
print("babel", server)
print("Intl", page)
assert server == "HUF1,234"
assert page == "HUF 1,235"
PY
