#!/usr/bin/env bash
# ical.js 2.2.1 (npm) beside python-dateutil 4.0.0 (PyPI)
#
# The order of BYMONTH carries no meaning in iCalendar. For a monthly rule ical.js
# walks the list as it is written: months in the order of a school year
# (9,10,11,12,1,...) jump from December to September of the next year, so the rule
# meets its UNTIL and the spring is lost. With the list sorted, a rule that has
# several days in a month gives the first month twice. The start is an occurrence
# of the rule each time; dateutil gives every date once in both orders.
#
# Seen, lessons from September to May: first Monday, school order 4, sorted 9
# (dateutil 9 and 9); every Monday, school order 18, sorted 44 (39 distinct)
# (dateutil 39 and 39)
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund 'ical.js@2.2.1'
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'python-dateutil==4.0.0'
cat >"$work/dates.mjs" <<'JS'
import ICAL from "ical.js";

const lists = JSON.parse(process.argv[2]).map((rule) => {
  const dates = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString("2025-09-01T10:00:00"));
  const list = [];
  for (let date = dates.next(); date && list.length < 100; date = dates.next()) {
    list.push(date.toString().slice(0, 10));
  }
  return list;
});
console.log(JSON.stringify(lists));
JS
cd "$work"

"$work/venv/bin/python" - <<'PY'
import json
import subprocess
from datetime import datetime

from dateutil.rrule import rrulestr

orders = {"school": "9,10,11,12,1,2,3,4,5", "sorted": "1,2,3,4,5,9,10,11,12"}
rules = {
    (days, order): f"FREQ=MONTHLY;BYDAY={days};BYMONTH={months};UNTIL=20260531T235959"
    for days in ("1MO", "MO")
    for order, months in orders.items()
}
output = subprocess.run(["node", "dates.mjs", json.dumps([*rules.values()])], capture_output=True, check=True)
page = dict(zip(rules, json.loads(output.stdout), strict=True))
server = {
    key: [f"{date:%Y-%m-%d}" for date in rrulestr(rule, dtstart=datetime(2025, 9, 1, 10))]
    for key, rule in rules.items()
}
seen = {}
for key in rules:
    dates = page[key]
    seen[key] = (len(server[key]), len(dates), len(set(dates)), dates[-1])
    print(*key, "dateutil", seen[key][0], "ical.js", *seen[key][1:])
assert seen == {
    ("1MO", "school"): (9, 4, 4, "2025-12-01"),
    ("1MO", "sorted"): (9, 9, 9, "2026-05-04"),
    ("MO", "school"): (39, 18, 18, "2025-12-29"),
    ("MO", "sorted"): (39, 44, 39, "2026-05-25"),
}
twice = page["MO", "sorted"]
print("sorted, every Monday:", *twice[:7])
assert twice[:5] == twice[5:10] == ["2025-09-01", "2025-09-08", "2025-09-15", "2025-09-22", "2025-09-29"]
PY
