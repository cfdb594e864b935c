#!/usr/bin/env bash
# kubernetes 37.0.2 (PyPI), pydantic 2.14.4
#
# A Lease's renewTime is a MicroTime, written with exactly six digits of fraction
# (2026-01-02T03:04:05.000000Z, the layout RFC3339Micro of apimachinery). The
# client writes it by isoformat(), which drops the fraction when it is zero, so a
# Lease that was read and sent back unchanged is written in another layout.
# A time without a zone is accepted too and written without any offset.
#
# Seen: read 2026-01-02T03:04:05.000000Z, written 2026-01-02T03:04:05+00:00;
# without a zone: 2026-01-02T03:04:05.000001
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'kubernetes==37.0.2' 'pydantic==2.14.4'

"$work/venv/bin/python" - <<'PY'
import json
from datetime import datetime

from kubernetes import client

api = client.ApiClient()
sent = "2026-01-02T03:04:05.000000Z"
lease = api.deserialize(json.dumps({"spec": {"renewTime": sent}}), "V1Lease", "application/json")
written = api.sanitize_for_serialization(lease)["spec"]["renewTime"]
spec = client.V1LeaseSpec(renew_time=datetime(2026, 1, 2, 3, 4, 5, 1))
no_zone = api.sanitize_for_serialization(spec)["renewTime"]
print("read:", sent)
print("written:", written)
print("without a zone:", no_zone)
assert written == "2026-01-02T03:04:05+00:00"
assert no_zone == "2026-01-02T03:04:05.000001"
PY
