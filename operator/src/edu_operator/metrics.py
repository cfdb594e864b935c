"""The operator's own metrics."""

from prometheus_client import Counter, Gauge, Histogram

RECONCILES = Counter("eduplatform_reconcile_total", "Reconciliations", ["result"])
RECONCILE_SECONDS = Histogram("eduplatform_reconcile_seconds", "Time of a reconciliation")
QUEUE_DEPTH = Gauge("eduplatform_queue_depth", "Platforms that wait for their turn")
CONDITION = Gauge("eduplatform_condition", "1 when a condition is True", ["namespace", "name", "type"])
DRIFT_CORRECTIONS = Counter("eduplatform_drift_corrections_total", "Objects put back as they should be", ["kind"])
JOB_OUTCOMES = Counter("eduplatform_job_outcomes_total", "Jobs that ended", ["task", "result"])
