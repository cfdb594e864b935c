#!/usr/bin/env bash
# kubernetes 37.0.2 (PyPI), pydantic 2.14.4
#
# The models check types strictly (a number in string_data is rejected), but
# V1Secret.data accepts bytes, although the wire wants base64 text. The bytes are
# neither encoded nor rejected; they reach the request body unchanged and fail only
# when the body is written as JSON.
#
# Seen: string_data with 5: ValidationError; data with bytes: {'data': {'key': b'value'}};
# as JSON: TypeError
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'kubernetes==37.0.2' 'pydantic==2.14.4'

"$work/venv/bin/python" - <<'PY'
import json

from kubernetes import client
from pydantic import ValidationError

try:
    client.V1Secret(string_data={"key": 5})
    number = "accepted"
except ValidationError as error:
    number = type(error).__name__
body = client.ApiClient().sanitize_for_serialization(client.V1Secret(data={"key": b"value"}))
try:
    json.dumps(body)
    written = "accepted"
except TypeError as error:
    written = type(error).__name__
print("string_data with 5:", number)
print("data with bytes:", body)
print("as JSON:", written)
assert number == "ValidationError"
assert body == {"data": {"key": b"value"}}
assert written == "TypeError"
PY
