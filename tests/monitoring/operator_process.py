"""The operator's queue with platforms that need no work and one that fails, and its metrics on a port."""

import asyncio
import sys

from prometheus_client import start_http_server

from edu_operator import metrics
from edu_operator.queue import Queue
from edu_operator.types import Key


async def reconcile(key: Key) -> float:
    metrics.CONDITION.labels(key.namespace, key.name, "Ready").set(key.name != "broken")
    metrics.DRIFT_CORRECTIONS.labels("Deployment").inc()
    if key.name == "broken":
        raise RuntimeError("this platform cannot be reconciled")
    metrics.JOB_OUTCOMES.labels("migrate", "Succeeded").inc()
    return 1.0


async def permit(_: str) -> None:
    """Allow every namespace to be reconciled."""


async def work() -> None:
    queue = Queue(reconcile, permit)
    for name in ("demo", "other", "broken"):
        queue.wake(Key("edu", name))
    await queue.idle()


if __name__ == "__main__":
    start_http_server(int(sys.argv[1]), "127.0.0.1")
    asyncio.run(work())
