"""Calls to other services: signed, with a timeout, retried only where that is safe."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import httpx2
import structlog
from pydantic import BaseModel, ValidationError

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.errors import Unavailable
from edu_common.http_client import new_client
from edu_common.request_context import current_request_id, remaining_seconds
from edu_common.settings import ServiceSettings

log = structlog.get_logger(__name__)

TIME_BUDGET_HEADER = "X-Request-Timeout-Ms"

ResponseT = TypeVar("ResponseT", bound=BaseModel)


class ServiceUnavailable(Unavailable):
    """Another service that this response depends on is unavailable, slow or sending invalid responses."""

    code = "dependency_unavailable"

    def __init__(self, peer: str) -> None:
        super().__init__(f"The {peer} service does not answer right now. Try again in a moment.")


class ServiceClient:
    """A client of the `/internal` endpoints of one other service."""

    def __init__(self, name: str, settings: ServiceSettings, tokens: ServiceTokens) -> None:
        self._name = name
        self._tokens = tokens
        self._timeout = settings.peer_timeout
        self._http = new_client(base_url=settings.peer_url(name))

    async def get(self, kind: type[ResponseT], path: str, params: Mapping[str, str] | None = None) -> ResponseT | None:
        """Return the response to GET `path`, None for 404; raise `ServiceUnavailable` unless it is a `kind`.

        Retried once when the connection breaks, since a service that restarts closes idle connections.
        """
        try:
            response = await self._send("GET", path, params=params)
        except (httpx2.ConnectError, httpx2.RemoteProtocolError, httpx2.ReadError):
            response = await self._send("GET", path, params=params, last_try=True)
        return self._read(kind, response)

    async def get_existing(
        self, kind: type[ResponseT], path: str, params: Mapping[str, str] | None = None
    ) -> ResponseT:
        """Return the response as `get` does, where there always is one: a 404 raises `ServiceUnavailable` too."""
        response = await self.get(kind, path, params)
        if response is None:
            raise ServiceUnavailable(self._name)
        return response

    async def post(self, kind: type[ResponseT], path: str, json: Any) -> ResponseT | None:
        """Return the response of the service to a POST of `json`, as `get` does, but without a retry."""
        return self._read(kind, await self._send("POST", path, json=json, last_try=True))

    async def _send(self, method: str, path: str, *, last_try: bool = False, **options: Any) -> httpx2.Response:
        budget = remaining_seconds(at_most=self._timeout)
        headers = {
            "Authorization": f"Bearer {self._tokens.issue(audience=self._name)}",
            "X-Request-ID": current_request_id(),
            TIME_BUDGET_HEADER: str(int(budget * 1000)),
        }
        try:
            return await self._http.request(method, path, headers=headers, timeout=budget, **options)
        except httpx2.TransportError as error:
            if last_try or isinstance(error, httpx2.TimeoutException):
                log.warning("peer unavailable", peer=self._name, path=path, error=repr(error))
                raise ServiceUnavailable(self._name) from error
            raise

    def _read(self, kind: type[ResponseT], response: httpx2.Response) -> ResponseT | None:
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        try:
            response.raise_for_status()
            return kind.model_validate_json(response.content)
        except (httpx2.HTTPStatusError, ValidationError) as error:
            log.warning("invalid response of a peer", peer=self._name, status=response.status_code)
            raise ServiceUnavailable(self._name) from error

    async def close(self) -> None:
        await self._http.aclose()
