#!/usr/bin/env bash
# kubernetes 37.0.2 (PyPI), pydantic 2.14.4
#
# A merge patch removes an annotation by sending null for its key. The model of
# version 37 rejects that null when it is built or assigned, but lets the same
# null through when the dictionary is changed in place. The patch must be a plain
# dictionary, whose nulls are kept.
#
# Seen: built: ValidationError; changed in place: {'annotations': {'note': None}};
# plain dictionary: {'metadata': {'annotations': {'note': None}}}
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'kubernetes==37.0.2' 'pydantic==2.14.4'

"$work/venv/bin/python" - <<'PY'
from kubernetes import client
from pydantic import ValidationError

api = client.ApiClient()
try:
    client.V1ObjectMeta(annotations={"note": None})
    built = "accepted"
except ValidationError as error:
    built = type(error).__name__
changed = client.V1ObjectMeta(annotations={})
changed.annotations["note"] = None
in_place = api.sanitize_for_serialization(changed)
plain = api.sanitize_for_serialization({"metadata": {"annotations": {"note": None}}})
print("built:", built)
print("changed in place:", in_place)
print("plain dictionary:", plain)
assert built == "ValidationError"
assert in_place == {"annotations": {"note": None}}
assert plain == {"metadata": {"annotations": {"note": None}}}
PY
