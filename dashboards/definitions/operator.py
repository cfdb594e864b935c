"""The operator: how the platforms that it keeps are, and how it does itself."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from definitions.board import NAMESPACE, Row, board, choice
from definitions.panels import BAD, GOOD, Panel, Query, graph, number, states
from definitions.parts import PERCENTILES, counted
from definitions.promql import INSTANCE, RANGE, WINDOW, Scope, increase, quantile, rate

PLATFORMS = Scope(f'{NAMESPACE}, name=~"$platform"', by="name")
# The operator may live in another namespace than its platforms, so that its own metrics have no such choice.
OWN = "eduplatform_queue_depth"


def operator() -> Dashboard:
    rows = [
        Row("Platforms", _platforms()),
        Row("Work", _work()),
        Row("Process", _process()),
    ]
    platform = choice("platform", "Platform", f"label_values(eduplatform_condition{{{NAMESPACE}}}, name)")
    return board("operator", "EduPlatform / Operator", __doc__ or "", rows, [platform])


def _platforms() -> list[Panel]:
    ready = PLATFORMS.select("eduplatform_condition", 'type="Ready"')
    return [
        number("Platforms", "EduPlatform resources that the operator keeps.", "short", f"count({ready})", span=6),
        number("Ready", "The share of them whose condition Ready is True; `kubectl get edu -A` says what the others "
               "wait for.", "percentunit", f"avg({ready})", (0.99, 1), low_is_bad=True, span=6),
        number("Failed reconciliations", "In the chosen time. Each is tried again; the operator's log has the reason.",
               "short", increase('eduplatform_reconcile_total{result="error"}', window=RANGE), (1, 10), span=6),
        number("Objects put back", "In the chosen time: what somebody changed or deleted by hand, and the operator "
               "restored.", "short", increase("eduplatform_drift_corrections_total", window=RANGE), span=6),
        states(
            "Conditions",
            "Every condition of every platform over time. Green is True. `kubectl describe edu NAME` has the message "
            "of one that is not.",
            Query(PLATFORMS.select("eduplatform_condition"), "{{namespace}}/{{name}} {{type}}"),
            {"0": ("not true", BAD), "1": ("true", GOOD)},
        ),
    ]  # fmt: skip


def _work() -> list[Panel]:
    buckets = "eduplatform_reconcile_seconds_bucket"
    return [
        graph(
            "Reconciliations per second",
            "Each looks at one platform and makes it true. A steady high rate without changes means that something "
            "keeps changing an object: see what was put back.",
            "ops",
            Query(rate("eduplatform_reconcile_total", "result"), "{{result}}"),
        ),
        graph(
            "Time of a reconciliation",
            "Mostly the API server's answers. A turn that lasts 3 minutes is ended and tried again.",
            "s",
            *(Query(quantile(q, buckets), name) for name, q in PERCENTILES),
            limits=(30, 120),
        ),
        graph(
            "Platforms waiting for their turn",
            "More than the number of platforms that changed means that the operator cannot keep up.",
            "short",
            Query(f"max({OWN})", "waiting"),
        ),
        counted(
            "Objects put back, by kind",
            "What was changed or deleted by hand. The managed fields of the object tell who did it.",
            ("eduplatform_drift_corrections_total", "kind"),
            span=12,
        ),
        graph(
            "Jobs that ended",
            "Migrations, seed and load tests, by how they ended. For a failed one see the events of the platform.",
            "short",
            Query(increase("eduplatform_job_outcomes_total", "task", "result"), "{{task}} {{result}}"),
            span=12,
            stacked=True,
        ),
    ]


def _process() -> list[Panel]:
    used = f"rate(process_cpu_seconds_total[{WINDOW}]) and on ({INSTANCE}) {OWN}"
    return [
        graph(
            "CPU",
            "Cores in use. Rendering a chart takes the most.",
            "percentunit",
            Query(f"sum by (instance) ({used})", "{{instance}}"),
            span=12,
        ),
        graph(
            "Memory",
            "Resident memory; the container is killed at its limit (384 MiB unless set).",
            "bytes",
            Query(f"sum by (instance) (process_resident_memory_bytes and on ({INSTANCE}) {OWN})", "{{instance}}"),
            span=12,
        ),
    ]
