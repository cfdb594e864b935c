#!/usr/bin/env bash
# kubernetes 37.0.2 (PyPI), pydantic 2.14.4
#
# Events recorded through the core API carry "eventTime": null when they are read
# through events.k8s.io/v1 as well. One such event makes the whole list unreadable
# for EventsV1Event, while CoreV1Event reads it and EndpointSlice accepts a null in
# its required list of endpoints.
#
# Seen: EventsV1EventList: ValidationError; CoreV1EventList: None;
# V1EndpointSlice: None
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'kubernetes==37.0.2' 'pydantic==2.14.4'

"$work/venv/bin/python" - <<'PY'
import json

from kubernetes import client
from pydantic import ValidationError

api = client.ApiClient()


def read(kind, value):
    return api.deserialize(json.dumps(value), kind, "application/json")


event = {"metadata": {"name": "lesson.1"}, "reason": "Pulled", "eventTime": None}
timed = event | {"eventTime": "2026-01-02T03:04:05.000000Z"}
try:
    read("EventsV1EventList", {"metadata": {}, "items": [timed, event]})
    newer = "accepted"
except ValidationError as error:
    newer = type(error).__name__
core = read("CoreV1EventList", {"metadata": {}, "items": [event | {"involvedObject": {}}]})
piece = read("V1EndpointSlice", {"metadata": {}, "addressType": "IPv4", "endpoints": None})
print("EventsV1EventList:", newer)
print("CoreV1EventList:", core.items[0].event_time)
print("V1EndpointSlice:", piece.endpoints)
assert newer == "ValidationError"
assert core.items[0].event_time is None
assert piece.endpoints is None
PY
