"""The state that the steps of one reconcile pass share."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from edu_operator import events, metrics
from edu_operator.api import Api, ApiError
from edu_operator.apply import Applier, NotOwnedError, Reference, adopted, is_owned
from edu_operator.events import EventType
from edu_operator.observe import Observed
from edu_operator.render import Renderer, RenderError
from edu_operator.status import NOT_OWNED, Findings, Problem
from edu_operator.types import Object, Platform
from edu_operator.values import Release

RETAINED_KINDS = frozenset({"Cluster"})
"""Applied kinds that contain data: with `retentionPolicy: Retain` the platform does not own them."""


@dataclass
class ReconcileContext:
    """One reconcile pass of one platform: the observed objects, the wanted ones, and the findings of the steps."""

    api: Api
    renderer: Renderer
    applier: Applier
    platform: Platform
    observed: Observed
    operator_metrics: Object
    """The Service with the operator's own metrics, for the platform's Prometheus."""
    findings: Findings
    wanted: set[Reference] = field(default_factory=set[Reference])
    """All objects that the platform consists of; others that it owns are pruned."""
    held: set[str] = field(default_factory=set[str])
    """Releases of which nothing is pruned, because this pass does not know their wanted objects."""
    has_shared_secrets: bool = True
    """Whether the Secrets that several components need exist and belong to the platform."""

    def retains_data(self) -> bool:
        return self.platform.spec.postgres.retention_policy == "Retain"

    def url(self, secret: str) -> str:
        """Return a Secret's value of the key `url`, in base64; empty when there is none."""
        return self.observed.url(self.platform, secret)

    async def find_owned(self, kind: str, name: str) -> Object | None:
        """Return the platform's object with this name, or None when there is none.

        Raises:
            NotOwnedError: the object with this name belongs to someone else.
        """
        live = self.observed.find(self.platform, kind, name)
        live = live or await self.api.get(kind, self.platform.key.namespace, name)
        if live and not is_owned(live, self.platform):
            raise NotOwnedError(live, self.platform)
        return live

    async def apply(self, item: Object) -> None:
        """Apply an object as rendered by the chart.

        Raises:
            NotOwnedError: the object with this name belongs to someone else.
            ApiError: the API server rejects it.
        """
        owned = item["kind"] not in RETAINED_KINDS or not self.retains_data()
        wanted = adopted(item, self.platform, owned=owned)
        reference = Reference.of(wanted)
        self.wanted.add(reference)
        live = await self.find_owned(reference.kind, reference.name)
        outcome = await self.applier.apply(wanted, live)
        self.observed.put(outcome.live)
        if outcome.drifted:
            metrics.DRIFT_CORRECTIONS.labels(reference.kind).inc()
            await self.emit_event("DriftCorrected", f"put back {reference.kind} {reference.name}")

    async def apply_release(self, release: Release) -> None:
        with self.holding(release.name):
            for item in await self.renderer.render(release):
                await self.apply(item)

    async def create(self, item: Object, *, owned: bool = True) -> Object:
        """Create an object, and return it or the platform's existing one with this name.

        Raises:
            NotOwnedError: the object with this name belongs to someone else.
        """
        adopted_item = adopted(item, self.platform, owned=owned)
        try:
            created = await self.api.create(adopted_item)
        except ApiError as error:
            if error.status != 409:
                raise
            found = await self.find_owned(item["kind"], item["metadata"]["name"])
            if found is None:
                raise
            created = found
        created = {**created, "kind": item["kind"]}
        self.observed.put(created)
        return created

    @contextmanager
    def holding(self, release: str) -> Generator[None]:
        """Leave a release as it is when it cannot be applied, and continue with the others."""
        try:
            yield
        except (ApiError, RenderError, NotOwnedError) as error:
            self.held.add(release)
            reason = NOT_OWNED if isinstance(error, NotOwnedError) else "ApplyFailed"
            self.findings.problems.append(Problem(release, reason, f"{release}: {error}"[:600]))

    async def emit_event(self, reason: str, message: str, event_type: EventType = "Normal") -> None:
        await events.emit(self.api, self.platform, reason, message, event_type)
