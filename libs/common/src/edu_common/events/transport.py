"""How a batch of events is sent to a subscriber."""

from http import HTTPStatus
from typing import Protocol

import httpx2

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.events.envelope import Event
from edu_common.events.inbox import Delivery
from edu_common.http_client import new_client
from edu_common.settings import ServiceSettings

SEND_SECONDS = 5.0
"""Seconds: well below the timeout after which Postgres ends the transaction that has the batch locked."""

REJECTIONS = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}


class Transport(Protocol):
    async def send(self, subscriber: str, events: list[Event]) -> Delivery:
        """Send events.

        Raise `OSError` when the subscriber cannot be reached, `BatchRejected` when it rejects these events as a batch.
        """
        ...

    async def close(self) -> None: ...


class SubscriberUnavailable(ConnectionError):
    """The subscriber did not take a batch: unavailable, hanging, or sending an invalid response."""


class BatchRejected(Exception):
    """The subscriber rejects the batch as it is: too large, or one of the events cannot be parsed."""


class HttpTransport:
    """Sends events to the subscriber's `/internal/events`, which responds after its own commit."""

    def __init__(self, settings: ServiceSettings, tokens: ServiceTokens) -> None:
        self._settings = settings
        self._tokens = tokens
        self._http = new_client(timeout=SEND_SECONDS)

    async def send(self, subscriber: str, events: list[Event]) -> Delivery:
        try:
            response = await self._http.post(
                f"{self._settings.peer_url(subscriber)}/internal/events",
                headers={"Authorization": f"Bearer {self._tokens.issue(audience=subscriber)}"},
                json=[event.model_dump(mode="json") for event in events],
            )
            if response.status_code in REJECTIONS:
                raise BatchRejected(f"rejected with {response.status_code}")
            response.raise_for_status()
            return Delivery.model_validate_json(response.content)
        except (httpx2.HTTPError, ValueError) as error:
            raise SubscriberUnavailable(repr(error)) from error

    async def close(self) -> None:
        await self._http.aclose()
