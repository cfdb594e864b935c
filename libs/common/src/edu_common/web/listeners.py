"""Sockets that listen for connections, several of which are accepted at once."""

from socket import SO_REUSEADDR, SO_REUSEPORT, SOCK_STREAM, SOL_SOCKET, getaddrinfo, socket

from edu_common.settings import Misconfigured

AT_ONCE = 64
"""The event loop (libuv) accepts one connection per listener and iteration, and iterations are long under load: other

connections would wait unseen by the overload detector. So a port has this many listeners.
"""


def listen(host: str, port: int, *, shared: bool = False) -> list[socket]:
    """Return the listeners of one port, which other processes may open too if it is `shared`; raise `Misconfigured`."""
    try:
        family, kind, protocol, _, address = getaddrinfo(host, port, type=SOCK_STREAM)[0]
        listener = socket(family, kind, protocol)
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, shared)
        listener.bind(address)
    except OSError as error:
        raise Misconfigured(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another address.") from error
    return [listener, *(listener.dup() for _ in range(AT_ONCE - 1))]
