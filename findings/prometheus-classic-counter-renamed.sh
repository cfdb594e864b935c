#!/usr/bin/env bash
# prometheus_client 0.26.0 (PyPI)
#
# The classic text format does not require the suffix _total. The classic parser
# adds it to every sample of a counter that lacks it, so the name on the page is
# not the name of any sample. The same line typed as a gauge keeps its name.
#
# Seen: counter: [('enrolments_total', 7)], gauge: [('enrolments', 7)]
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'prometheus_client==0.26.0'

"$work/venv/bin/python" - <<'PY'
from prometheus_client.parser import text_string_to_metric_families


def samples(kind):
    page = f"# TYPE enrolments {kind}\nenrolments 7\n"
    return [
        (sample.name, sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    ]


print("counter:", samples("counter"))
print("gauge:", samples("gauge"))
assert samples("counter") == [("enrolments_total", 7)]
assert samples("gauge") == [("enrolments", 7)]
PY
