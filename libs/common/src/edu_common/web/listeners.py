"""Listening for connections, several of which are taken at once."""

from socket import SO_REUSEADDR, SO_REUSEPORT, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket

from edu_common.settings import Misconfigured

AT_ONCE = 64
"""Of one listener the event loop (libuv) takes a single connection in each of its turns, and turns are long when the
process is busy: the others would wait where nobody sees them. So a port has as many listeners."""


def listen(host: str, port: int, *, shared: bool = False) -> list[socket]:
    """Listeners of one port, which other processes may have too when it is `shared`; raises `Misconfigured`."""
    try:
        family, kind, protocol, _, address = getaddrinfo(host, port, type=SOCK_STREAM)[0]
        listener = socket(family, kind, protocol)
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, shared)
        listener.bind(address)
    except OSError as error:
        raise Misconfigured(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another address.") from error
    return [listener, *(listener.dup() for _ in range(AT_ONCE - 1))]
