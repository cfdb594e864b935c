#!/usr/bin/env bash
# icalendar 7.3.2 with pydantic 2.14.4 (PyPI)
#
# A time from JSON such as 10:00+03:00 is a datetime with a fixed offset. One would
# expect the calendar to keep the moment, as DTSTAMP does (written in UTC) and as
# ZoneInfo does. Instead the offset becomes the name of a time zone that nothing
# defines: add_missing_timezones adds no VTIMEZONE and says nothing, and a reader
# that follows the file gets 10:00 without a zone, on its own clock. The library
# itself reads it back so.
#
# Seen: pydantic DTSTART;TZID="+03:00":20260323T100000, 0 zones, read None;
# timezone DTSTART;TZID="UTC+03:00":20260323T100000, 0 zones, read None;
# ZoneInfo DTSTART;TZID=Europe/Moscow:20260323T100000, 1 zone, read 7:00 UTC
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'icalendar==7.3.2' 'pydantic==2.14.4' 'tzdata==2026.6'

"$work/venv/bin/python" - <<'PY'
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from pydantic import TypeAdapter

TEXT = "2026-03-23T10:00:00+03:00"


def write_and_read(start):
    event = Event()
    event.add("uid", "lesson-1")
    event.add("dtstamp", start)
    event.add("dtstart", start)
    calendar = Calendar()
    calendar.add("prodid", "-//example//lessons//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    text = calendar.to_ical().decode()
    lines = text.splitlines()
    written = next(line for line in lines if line.startswith("DTSTART") and "20260323" in line)
    assert "DTSTAMP:20260323T070000Z" in lines
    read = Calendar.from_ical(text).walk("VEVENT")[0].start
    moment = read.astimezone(UTC).isoformat() if read.tzinfo else None
    return written, lines.count("BEGIN:VTIMEZONE"), moment


seen = {
    "pydantic": write_and_read(TypeAdapter(datetime).validate_python(TEXT)),
    "timezone": write_and_read(datetime.fromisoformat(TEXT)),
    "ZoneInfo": write_and_read(datetime.fromisoformat(TEXT).astimezone(ZoneInfo("Europe/Moscow"))),
}
for name, values in seen.items():
    print(name, *values)
assert seen == {
    "pydantic": ('DTSTART;TZID="+03:00":20260323T100000', 0, None),
    "timezone": ('DTSTART;TZID="UTC+03:00":20260323T100000', 0, None),
    "ZoneInfo": ("DTSTART;TZID=Europe/Moscow:20260323T100000", 1, "2026-03-23T07:00:00+00:00"),
}
PY
