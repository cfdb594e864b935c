#!/usr/bin/env bash
# locust 2.47.0 (PyPI)
#
# A listener of `quit`, the last event of a run, finds no requests when the run
# writes --json-file: serializing the statistics empties them. Without that
# option the same listener finds them all.
#
# Seen: without --json-file 3 requests at quit, with it 0; 3 in the file
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'locust==2.47.0'

cat > "$work/locustfile.py" <<'PY'
import os
from pathlib import Path

from locust import User, events, task
from locust.exception import StopUser

seen = {}


@events.init.add_listener
def remember(environment, **_):
    seen["stats"] = environment.stats


@events.quit.add_listener
def at_quit(**_):
    Path(os.environ["SEEN"]).write_text(str(sum(entry.num_requests for entry in seen["stats"].entries.values())))


class Reader(User):
    @task
    def read(self):
        for _ in range(3):
            events.request.fire(
                request_type="GET", name="/", response_time=5, response_length=1, exception=None, context={}
            )
        self.environment.runner.quit()
        raise StopUser
PY

run() {
    (cd "$work" && SEEN="$work/$1" venv/bin/locust --headless --users 1 --run-time 2s "${@:2}" >"$work/log" 2>&1) ||
        { cat "$work/log"; exit 1; }
}
run without
run with --json-file "$work/stats"
requests() { "$work/venv/bin/python" -c "import json; print(json.load(open('$work/stats.json'))[0]['num_requests'])"; }
echo "without --json-file $(cat "$work/without") requests at quit, with it $(cat "$work/with"); $(requests) in the file"
[ "$(cat "$work/without") $(cat "$work/with") $(requests)" = "3 0 3" ]
