"""Which requests the preview allows, by their headers.

A page of another site can make the author's browser send requests to this server. The name of that site is then in
Host (DNS rebinding: its name resolves to this machine) or in Origin. Both must be ours; only reading is allowed.
"""

from collections.abc import Sequence
from ipaddress import ip_address

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
METHODS = ("GET", "HEAD")


def refusal(method: str, headers: Sequence[tuple[bytes, bytes]], host: str, port: int) -> tuple[int, str] | None:
    """Return status and reason if a request is refused; *host* and *port* are those on which the server listens.

    >>> refusal("GET", [(b"host", b"evil.example:8000")], "127.0.0.1", 8000)
    (403, 'this preview has another host name than evil.example:8000')
    >>> refusal("GET", [(b"host", b"localhost:8000")], "127.0.0.1", 8000)
    """
    if method not in METHODS:
        return 405, "only GET and HEAD are answered"
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    if len(hosts) != 1:
        return 400, "a request names one host"
    if not is_ours(hosts[0], host, port):
        return 403, f"this preview has another host name than {hosts[0]}"
    for name, value in headers:
        if name == b"origin":
            origin = value.decode("latin-1")
            scheme, found, rest = origin.partition("://")
            if not found or scheme != "http" or not is_ours(rest, host, port):
                return 403, f"pages of {origin} may not make requests"
        if name == b"sec-fetch-site" and value == b"cross-site" and (b"sec-fetch-mode", b"navigate") not in headers:
            return 403, "pages of other sites may not make requests"
    return None


def is_ours(authority: str, host: str, port: int) -> bool:
    """Return whether a browser's host name and port are those of this server."""
    name, colon, number = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        name, number = authority, "80"
    if not (number.isascii() and number.isdigit()) or len(number) > 5 or int(number) != port or number != str(port):
        return False
    name = name.lower()
    if name in LOOPBACK or name == bracketed(host):
        return True
    return not is_loopback(host) and _is_address(name)  # IP addresses cannot be rebound


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def bracketed(host: str) -> str:
    """Write a host as in a URL.

    >>> bracketed("::1")
    '[::1]'
    """
    return f"[{host}]" if ":" in host else host.lower()


def _is_address(name: str) -> bool:
    try:
        ip_address(name[1:-1] if name.startswith("[") and name.endswith("]") else name)
    except ValueError:
        return False
    return True
