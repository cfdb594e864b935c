"""Whose request it is, by network address."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import Scope

from edu_common.settings import ServiceSettings


def client_ip(scope: Scope, settings: ServiceSettings) -> str:
    """The client's address: the peer's or, behind a trusted proxy, the last one that no trusted proxy added.

    Entries to the left of that one were sent by the client itself and prove nothing.
    """
    peer = (scope.get("client") or ("unknown", 0))[0]
    if not is_trusted_proxy(peer, settings):
        return peer
    # Several lines of a header are one list: some proxies add theirs after the client's.
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = [hop.strip() for hop in ",".join(lines).split(",") if hop.strip()] or [peer]
    return next((hop for hop in reversed(hops) if not is_trusted_proxy(hop, settings)), hops[0])


def is_trusted_proxy(address: str, settings: ServiceSettings) -> bool:
    return bool(settings.trusted_proxies) and _within(address, settings.trusted_proxies)


@lru_cache(maxsize=10_000)
def _within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
