"""The client IP of a request."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

from edu_common.settings import ServiceSettings

CLIENT_PREFIX = 64
"""Bits of an IPv6 address that identify a subscriber's network; the subscriber chooses the others freely (RFC 6177)."""


def client_ip(scope: Scope, settings: ServiceSettings) -> str:
    """Return the client IP: the peer's or, behind a trusted proxy, the last one that no trusted proxy added.

    Entries to the left of that one were sent by the client itself and prove nothing. Where the last entry is not an IP
    address, the request counts as the proxy's that forwarded it.
    """
    peer = (scope.get("client") or ("unknown", 0))[0]
    if not is_trusted_proxy(peer, settings):
        return peer
    # Several lines of one header form a single list: some proxies append a line of their own.
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    nearest = peer
    for hop in reversed([hop.strip() for hop in ",".join(lines).split(",") if hop.strip()]):
        address = _parse(hop)
        if address is None:
            return nearest
        nearest = str(address)
        if not is_trusted_proxy(nearest, settings):
            return nearest
    return nearest


def client_network(address: str) -> str:
    """Return the key by which limits count a client: the IPv4 address, or the /64 network of the IPv6 address."""
    parsed = _parse(address)
    return str(IPv6Network((parsed, CLIENT_PREFIX), strict=False)) if isinstance(parsed, IPv6Address) else address


def is_trusted_proxy(address: str, settings: ServiceSettings) -> bool:
    return bool(settings.trusted_proxies) and _within(address, settings.trusted_proxies)


@lru_cache(maxsize=10_000)
def _within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(maxsize=10_000)
def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an IP address, an IPv4-mapped IPv6 one as IPv4; return None for an invalid one or one with a zone."""
    try:
        parsed = ip_address(text)
    except ValueError:
        return None
    if isinstance(parsed, IPv4Address):
        return parsed
    return None if parsed.scope_id else parsed.ipv4_mapped or parsed
