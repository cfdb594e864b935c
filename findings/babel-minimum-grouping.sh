#!/usr/bin/env bash
# babel 2.19.0 (PyPI) beside Intl of Node 20 or newer
#
# CLDR says that Spanish, Polish and European Portuguese group digits only from
# five digits on. Intl follows it; Babel groups from four on. The same price reads
# differently in a mail written by the server and on the page.
#
# Seen: babel {'es': '1.234', 'pl': '1 234', 'pt-PT': '1 234'}
# Intl {'es': '1234', 'pl': '1234', 'pt-PT': '1234'}
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'babel==2.19.0'

"$work/venv/bin/python" - <<'PY'
import json
import subprocess

from babel.numbers import format_decimal

locales = ["es", "pl", "pt-PT"]
server = {
    name: format_decimal(1234, locale=name.replace("-", "_")).replace("\u00a0", " ")
    for name in locales
}
script = "console.log(JSON.stringify(process.argv.slice(1).map(l => Intl.NumberFormat(l).format(1234))))"
output = subprocess.run(["node", "-e", script, *locales], capture_output=True, check=True).stdout
page = dict(zip(locales, json.loads(output), strict=True))
print("babel", server)
print("Intl", page)
assert server == {"es": "1.234", "pl": "1 234", "pt-PT": "1 234"}
assert page == dict.fromkeys(locales, "1234")
PY
