"""The HTTP client by which services reach each other."""

import httpx2

LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=15)


class Transport(httpx2.AsyncHTTPTransport):
    """Treats a connection that the other end closed as soon as it was opened like a refused one.

    uvloop then has no socket any more, which anyio does not expect when it reads the peer's address.
    """

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        except AttributeError as error:
            if error.obj is None and error.name == "getpeername":
                raise httpx2.ConnectError("The connection was torn.", request=request) from error
            raise


def new_client(*, base_url: str = "", timeout: float = 5.0) -> httpx2.AsyncClient:
    """Return a client for services of this platform, which the caller must close."""
    transport = Transport(limits=LIMITS, trust_env=False)
    return httpx2.AsyncClient(base_url=base_url, timeout=timeout, transport=transport, trust_env=False)
