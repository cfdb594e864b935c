#!/usr/bin/env bash
# limits 5.8.0 (PyPI)
#
# Five units a minute and hits that cost 3, 3, 2. The second hit is rejected by all
# strategies. With the fixed window it spends its cost all the same, so the third
# hit, for which there was room, is rejected too. The moving window and the sliding
# counter do not count it.
#
# Seen: FixedWindowRateLimiter [True, False, False]
# MovingWindowRateLimiter [True, False, True]
# SlidingWindowCounterRateLimiter [True, False, True]
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'limits==5.8.0'

"$work/venv/bin/python" - <<'PY'
from limits import parse, strategies
from limits.storage import MemoryStorage

limit = parse("5/minute")
seen = {}
for name in (
    "FixedWindowRateLimiter",
    "MovingWindowRateLimiter",
    "SlidingWindowCounterRateLimiter",
):
    limiter = getattr(strategies, name)(MemoryStorage())
    seen[name] = [limiter.hit(limit, "student", cost=cost) for cost in (3, 3, 2)]
    print(name, seen[name])
assert seen["FixedWindowRateLimiter"] == [True, False, False]
assert seen["MovingWindowRateLimiter"] == [True, False, True]
assert seen["SlidingWindowCounterRateLimiter"] == [True, False, True]
PY
