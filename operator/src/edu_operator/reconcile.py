"""One reconcile pass: observe a platform, run the steps, write the status. The only state is `status`."""

from datetime import UTC, datetime

import structlog
from pydantic import ValidationError

from edu_operator import metrics, providers, status, steps, values
from edu_operator.api import Api, ApiError
from edu_operator.apply import Applier
from edu_operator.context import ReconcileContext
from edu_operator.observe import observe
from edu_operator.render import Renderer
from edu_operator.settings import OperatorSettings
from edu_operator.status import Findings
from edu_operator.types import Key, Object, Platform

log = structlog.get_logger(__name__)

SOON_SECONDS = 5.0


class Reconciler:
    def __init__(self, api: Api, settings: OperatorSettings) -> None:
        self._api = api
        self._renderer = Renderer(settings)
        self._applier = Applier(api)
        self._resync_seconds = settings.resync_seconds
        self._operator_metrics = {"namespace": settings.metrics_namespace, "service": settings.metrics_service}

    async def __call__(self, key: Key) -> float | None:
        """Return after how many seconds to run the next pass, or None when the platform no longer exists."""
        source = await self._api.get("EduPlatform", key.namespace, key.name)
        if source is None:
            self._applier.forget(key)
            _remove_condition_metrics(key)
            return None
        try:
            platform = Platform.read(source)
        except ValidationError as error:
            log.warning("the object does not fit this operator's version of the CRD", name=key.name, error=str(error))
            return self._resync_seconds
        context = ReconcileContext(
            api=self._api,
            renderer=self._renderer,
            applier=self._applier,
            platform=platform,
            observed=await observe(self._api, platform),
            operator_metrics=self._operator_metrics,
            findings=Findings.of(platform.status),
        )
        if platform.deleting or platform.spec.suspended:
            _look(context)
        else:
            await steps.run_all(context)
        written = await self._write_status(context)
        return SOON_SECONDS if context.findings.problems or not written else self._resync_seconds

    async def _write_status(self, context: ReconcileContext) -> bool:
        """Return False when the spec has changed in the meantime: the status is about an outdated spec."""
        platform = context.platform
        wanted = status.build(platform, context.observed, context.findings, datetime.now(UTC))
        _set_condition_metrics(platform.key, wanted)
        if wanted == platform.status:
            return True
        target = {"kind": "EduPlatform", "metadata": {"namespace": platform.key.namespace, "name": platform.name}}
        patch = [
            {"op": "test", "path": "/metadata/uid", "value": platform.uid},
            {"op": "test", "path": "/metadata/generation", "value": platform.generation},
            {"op": "add", "path": "/status", "value": wanted},
        ]
        try:
            await self._api.json_patch(target, patch, subresource="/status")
        except ApiError as error:
            if error.status not in {404, 409, 422}:
                raise
            log.info("the status could not be written, reconciling again", error=str(error))
            return False
        return True


def _look(context: ReconcileContext) -> None:
    """Observe the databases without changing anything."""
    provider = providers.provider(context.platform, context.renderer)
    for service in values.PORTS:
        context.findings.databases[service] = provider.problem(context.platform, service, context.observed)


def _set_condition_metrics(key: Key, wanted: Object) -> None:
    for condition in wanted["conditions"]:
        labels = (key.namespace, key.name, condition["type"])
        metrics.CONDITION.labels(*labels).set(condition["status"] == "True")


def _remove_condition_metrics(key: Key) -> None:
    metrics.CONDITION.remove_by_labels({"namespace": key.namespace, "name": key.name})
