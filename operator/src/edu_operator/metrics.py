"""The operator's own metrics."""

from itertools import product

from prometheus_client import Counter, Gauge, Histogram

RECONCILES = Counter("eduplatform_reconcile_total", "Reconcile passes", ["result"])
RECONCILE_SECONDS = Histogram(
    "eduplatform_reconcile_seconds",
    "Duration of a reconcile pass",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 180),
)
QUEUE_DEPTH = Gauge("eduplatform_queue_depth", "Platforms that wait for a reconcile pass")
API_REQUESTS = Counter("eduplatform_api_requests_total", "Requests to the API server, watches aside", ["method"])
CONDITION = Gauge("eduplatform_condition", "1 when a condition is True", ["namespace", "name", "type"])
LEADER = Gauge("eduplatform_leader", "1 while this operator holds the Lease of the namespace", ["namespace"])
DRIFT_CORRECTIONS = Counter("eduplatform_drift_corrections_total", "Objects put back as they should be", ["kind"])
JOB_OUTCOMES = Counter("eduplatform_job_outcomes_total", "Jobs that ended", ["task", "result"])

# A counter that is created by its first event hides that event from rate() and increase().
for result in ("ok", "error"):
    RECONCILES.labels(result)
for task, outcome in product(("migrate", "seed", "loadtest"), ("Succeeded", "Failed")):
    JOB_OUTCOMES.labels(task, outcome)
