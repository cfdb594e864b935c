"""Volumes that grow: Kubernetes lets nobody change the size in a StatefulSet, only in the claim itself."""

from edu_operator.api import Api
from edu_operator.types import Object


def size(claim: Object) -> str:
    """Of a claim, or of a StatefulSet's template of one."""
    return claim["spec"]["resources"]["requests"]["storage"]


def template(stateful_set: Object) -> Object:
    return stateful_set["spec"]["volumeClaimTemplates"][0]


async def grow(api: Api, wanted: Object, live: Object, claim: Object | None) -> bool:
    """Ask for the wanted size; True when the StatefulSet was taken away for it, its pod left running.

    Raises `ApiError` where the storage class refuses to grow a volume; nothing has changed then.
    """
    if size(template(wanted)) == size(template(live)):
        return False
    if claim:
        request = {"spec": {"resources": {"requests": {"storage": size(template(wanted))}}}}
        await api.merge(claim, request)
    await api.delete(live, dependants="Orphan")
    return True
