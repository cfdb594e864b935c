"""The device that sent a request."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from edu_common.context import service_context
from edu_common.settings import ServiceSettings
from edu_common.web.client_ip import client_ip, client_network, is_trusted_proxy

MAX_USER_AGENT = 300


@dataclass(frozen=True)
class Client:
    """The client's IP, its user agent, and whether it is connected by TLS."""

    ip: str
    user_agent: str
    secure: bool

    @property
    def network(self) -> str:
        """Return the network by which failed logins are counted."""
        return client_network(self.ip)


async def client_of(request: Request) -> Client:
    settings = service_context(request).settings
    user_agent = "".join(char for char in request.headers.get("user-agent", "") if char.isprintable())
    return Client(
        ip=client_ip(request.scope, settings),
        user_agent=user_agent[:MAX_USER_AGENT],
        secure=_secure(request, settings),
    )


def _secure(request: Request, settings: ServiceSettings) -> bool:
    if settings.public_url.startswith("https://") or request.url.scheme == "https":
        return True
    peer = request.client.host if request.client else ""
    return is_trusted_proxy(peer, settings) and request.headers.get("x-forwarded-proto", "") == "https"


CurrentClient = Annotated[Client, Depends(client_of)]
