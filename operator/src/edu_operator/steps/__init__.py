"""The steps of a reconcile pass, in order; each is a module with a coroutine `run`."""

from edu_operator.context import ReconcileContext
from edu_operator.steps import components, databases, load_test, prune, rotation, secrets, seed, services

STEPS = (secrets, databases, rotation, services, components, seed, load_test, prune)


async def run_all(context: ReconcileContext) -> None:
    for step in STEPS:
        await step.run(context)
