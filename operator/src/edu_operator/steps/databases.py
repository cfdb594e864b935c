"""The credentials of each database, then the database itself."""

from typing import cast

from edu_operator import credentials, providers, values
from edu_operator.api import Api
from edu_operator.apply import NotOwnedError
from edu_operator.context import ReconcileContext
from edu_operator.objects import ClaimTemplate, PersistentVolumeClaim, StatefulSet
from edu_operator.status import NOT_OWNED, STARTING, Problem
from edu_operator.types import Object


async def run(context: ReconcileContext) -> None:
    provider = providers.provider(context.platform, context.renderer)
    for service in values.PORTS:
        await _database(context, provider, service)


async def _database(context: ReconcileContext, provider: providers.Provider, service: str) -> None:
    release = context.platform.release(f"postgres-{service}")
    if context.platform.spec.postgres.provider != "external":
        lost = await _ensure_credentials(context, service)
        if lost:
            context.held.add(release)
            context.findings.databases[service] = lost
            context.findings.problems.append(lost)
            return
    with context.holding(release):
        for item in await provider.objects(context.platform, service):
            if item["kind"] == "StatefulSet":
                await _grow_volume(context, item)
            await context.apply(item)
    problem = provider.problem(context.platform, service, context.observed)
    context.findings.databases[service] = problem
    if problem and problem.reason != STARTING:
        context.findings.problems.append(problem)


async def _ensure_credentials(context: ReconcileContext, service: str) -> Problem | None:
    """Create the Secret of a new database; return why a database cannot have one.

    A new password would not match the data on an existing volume.
    """
    component = f"postgres-{service}"
    secret_name = values.database_secret(context.platform, service)
    volume = None
    try:
        if context.platform.spec.postgres.provider == "builtin":
            claim = f"data-{context.platform.release(component)}-0"
            volume = await context.find_owned("PersistentVolumeClaim", claim)
        secret = await context.find_owned("Secret", secret_name)
        if secret is None and volume is not None:
            message = f"{component}: the volume is there, but the Secret {secret_name} is lost; restore it"
            return Problem(component, "CredentialsLost", message)
        secret = secret or await context.create(credentials.database(context.platform, service), owned=False)
    except NotOwnedError as error:
        return Problem(component, NOT_OWNED, f"{component}: {error}")
    for kept in (secret, volume):
        if kept:
            await _set_owner(context, kept)
    return None


async def _set_owner(context: ReconcileContext, kept: Object) -> None:
    """Make the platform the owner of volumes and passwords only if they are to be deleted with it."""
    owners = [] if context.retains_data() else [context.platform.owner]
    if kept["metadata"].get("ownerReferences", []) != owners:
        change = {"metadata": {"ownerReferences": owners or None}}
        context.observed.put({**await context.api.merge(kept, change), "kind": kept["kind"]})


async def _grow_volume(context: ReconcileContext, wanted: Object) -> None:
    name = wanted["metadata"]["name"]
    live = await context.find_owned("StatefulSet", name)
    claim = context.observed.claim(context.platform, f"data-{name}-0")
    if live and await grow(context.api, wanted, live, claim):
        context.observed.drop(live)
        await context.emit_event("VolumeGrows", f"the volume of {name} is to grow")


def _size(claim: PersistentVolumeClaim | ClaimTemplate) -> str:
    return claim["spec"]["resources"]["requests"]["storage"]


def _template_size(stateful_set: Object) -> str:
    return _size(cast("StatefulSet", stateful_set)["spec"]["volumeClaimTemplates"][0])


async def grow(api: Api, wanted: Object, live: Object, claim: PersistentVolumeClaim | None) -> bool:
    """Request the wanted size of a volume; return True when the StatefulSet was deleted for it, its pod left running.

    Kubernetes allows a change of size only in the claim itself, not in a StatefulSet's template of it.

    Raises:
        ApiError: the storage class cannot expand volumes; nothing has changed then.
    """
    size = _template_size(wanted)
    if size == _template_size(live):
        return False
    if claim:
        await api.merge(cast("Object", claim), {"spec": {"resources": {"requests": {"storage": size}}}})
    await api.delete(live, dependents="Orphan")
    return True
