"""Delete objects that the platform owns and no longer wants."""

from edu_operator.apply import Reference
from edu_operator.context import RETAINED_KINDS, ReconcileContext
from edu_operator.observe import instance
from edu_operator.types import Object

NEVER_PRUNED = RETAINED_KINDS | {"PersistentVolumeClaim", "Pod", "Secret"}


async def run(context: ReconcileContext) -> None:
    for item in context.observed.everything():
        if _is_unwanted(context, item):
            await context.api.delete(item)
            context.observed.drop(item)
            await context.emit_event("Pruned", f"deleted {item['kind']} {item['metadata']['name']}")


def _is_unwanted(context: ReconcileContext, item: Object) -> bool:
    meta = item["metadata"]
    owned = any(owner["uid"] == context.platform.uid for owner in meta.get("ownerReferences", []))
    kept = item["kind"] in NEVER_PRUNED or instance(item) in context.held or "deletionTimestamp" in meta
    return owned and not kept and Reference.of(item) not in context.wanted
