#!/usr/bin/env bash
# stripe 16.1.0 (PyPI)
#
# StripeObject is no longer a dictionary and has no length, so an object without
# any key counts as true: "if session.metadata:" holds for a session without
# metadata. An empty ListObject does have a length and counts as false.
#
# Seen: empty metadata: True; its to_dict(): False; empty list: False
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'stripe==16.1.0'

"$work/venv/bin/python" - <<'PY'
import stripe

session = stripe.checkout.Session.construct_from(
    {"object": "checkout.session", "metadata": {}, "line_items": {"object": "list", "data": []}},
    "key",
)
metadata = bool(session.metadata)
plain = bool(session.metadata.to_dict())
items = bool(session.line_items)
print("empty metadata:", metadata)
print("its to_dict():", plain)
print("empty list:", items)
assert (metadata, plain, items) == (True, False, False)
PY
