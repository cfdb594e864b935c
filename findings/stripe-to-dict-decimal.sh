#!/usr/bin/env bash
# stripe 16.1.0 (PyPI)
#
# to_dict() is the recommended way to get plain data out of an event. It keeps
# Decimal values, which the library makes of unit_amount_decimal wherever a price
# is nested, so json.dumps() fails for an event that holds a price. str() of the
# same event is JSON with the original text.
#
# Seen: to_dict(): Decimal('1050'); json.dumps: TypeError; str(): '1050'
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'stripe==16.1.0'

"$work/venv/bin/python" - <<'PY'
import json
from decimal import Decimal

import stripe

price = {"object": "price", "unit_amount": 1050, "unit_amount_decimal": "1050"}
event = stripe.Event.construct_from(
    {"object": "event", "type": "price.updated", "data": {"object": price}}, "key"
)
plain = event.to_dict()
amount = plain["data"]["object"]["unit_amount_decimal"]
try:
    json.dumps(plain)
    dumped = "accepted"
except TypeError as error:
    dumped = type(error).__name__
text = json.loads(str(event))["data"]["object"]["unit_amount_decimal"]
print("to_dict():", repr(amount))
print("json.dumps:", dumped)
print("str():", repr(text))
assert isinstance(amount, Decimal)
assert dumped == "TypeError"
assert text == "1050"
PY
