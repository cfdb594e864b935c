#!/usr/bin/env bash
# pydantic 2.14.4 (PyPI), read by luxon 3.7.2 (npm)
#
# A timedelta is a fixed number of days, and 364 days are written in JSON as P364D.
# From 365 days on they are written with years: 365 days become P1Y. Whoever reads
# that by the calendar (luxon, Temporal, isodate) adds a year, not 365 days: in a
# year with 29 February the page ends a day after the server.
#
# Seen: 364 P364D 2028-08-30 2028-08-30; 365 P1Y 2028-08-31 2028-09-01;
# 366 P1Y1D 2028-09-01 2028-09-02; 730 P2Y 2029-08-31 2029-09-01
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund 'luxon@3.7.2'
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'pydantic==2.14.4'
cd "$work"

"$work/venv/bin/python" - <<'PY'
import subprocess
from datetime import date, timedelta

from pydantic import BaseModel


class Access(BaseModel):
    start: date
    length: timedelta


SCRIPT = (
    "const {DateTime, Duration} = require('luxon');"
    "const access = JSON.parse(process.argv[1]);"
    "console.log(DateTime.fromISO(access.start).plus(Duration.fromISO(access.length)).toISODate())"
)
seen = {}
for days in (364, 365, 366, 730):
    access = Access(start=date(2027, 9, 1), length=timedelta(days=days))
    output = subprocess.run(
        ["node", "-e", SCRIPT, access.model_dump_json()], capture_output=True, check=True, text=True
    ).stdout
    written = access.model_dump(mode="json")["length"]
    seen[days] = (written, str(access.start + access.length), output.strip())
    print(days, *seen[days])
assert seen == {
    364: ("P364D", "2028-08-30", "2028-08-30"),
    365: ("P1Y", "2028-08-31", "2028-09-01"),
    366: ("P1Y1D", "2028-09-01", "2028-09-02"),
    730: ("P2Y", "2029-08-31", "2029-09-01"),
}
PY
