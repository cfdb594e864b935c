"""Kubernetes Events on the custom resource, for `kubectl describe`."""

import secrets
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import structlog

from edu_operator.api import Api, ApiError
from edu_operator.types import API_VERSION, MANAGER, Platform

log = structlog.get_logger(__name__)
MAX_MESSAGE_LENGTH = 1000
EventType: TypeAlias = Literal["Normal", "Warning"]


async def emit(api: Api, platform: Platform, reason: str, message: str, event_type: EventType) -> None:
    """Create an event on the platform; a failure to do so is only logged, as is the event itself."""
    log.info(message, reason=reason, platform=platform.name, namespace=platform.key.namespace)
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {
        "apiVersion": API_VERSION,
        "kind": "EduPlatform",
        "name": platform.name,
        "namespace": platform.key.namespace,
        "uid": platform.uid,
    }
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{platform.name}.{secrets.token_hex(8)}", "namespace": platform.key.namespace},
        "involvedObject": about,
        "reason": reason,
        "message": message[:MAX_MESSAGE_LENGTH],
        "type": event_type,
        "count": 1,
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "source": {"component": MANAGER},
        "reportingComponent": MANAGER,
    }
    try:
        await api.create(event)
    except ApiError as error:
        log.warning("the event could not be written", error=str(error))
