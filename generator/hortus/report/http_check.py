"""Check over HTTP whether one URL exists. Only public hosts are contacted.

A URL in a note cannot be trusted: it may name this machine, the router or internal services of a cloud. So
every host name is resolved once, all of its IP addresses must be public, and the connection goes to exactly that
address, for the first request and for every redirect. No proxy, no cookies, no passwords.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

from hortus import __version__

AGENT = f"Mozilla/5.0 (compatible; hortus/{__version__}; link check)"
MOST_REDIRECTS = 8
GONE = frozenset({404, 410})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LATER = frozenset({429, 503})
"""Statuses that ask to retry later."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNSAFE = "%/:=&?~#+!$,;'@()*[]-._"

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class HttpPolicy:
    """How hosts are contacted."""

    allowed: tuple[IPNetwork, ...] = ()
    """Networks that may be contacted although they are not public."""
    resolve: Callable[..., list[tuple[Any, ...]]] = socket.getaddrinfo
    seconds: float = 20
    """For one request, from connecting to the last header."""
    trust: ssl.SSLContext | None = None
    """Trusted certificates (default: the system's)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for one URL.

    fine     it exists
    broken   it does not exist
    unsure   no clear answer: the server is busy, slow or refuses clients of this kind
    private  not requested, because it is not on the public web
    """

    kind: Literal["fine", "broken", "unsure", "private"]
    message: str = ""
    wait: float = 0.0
    """Seconds after which the server asks to retry."""


class Blocked(OSError):
    """The URL is not requested."""


def check_url(url: str, policy: HttpPolicy | None = None) -> Answer:
    """Request *url*, following redirects."""
    policy = policy or HttpPolicy()
    try:
        for _ in range(MOST_REDIRECTS):
            status, location, wait = _request(url, "HEAD", policy)
            if status >= 400 and status not in LATER:
                status, location, wait = _request(url, "GET", policy)  # some servers do not support HEAD
            if status not in REDIRECTS or not location:
                return _answer(status, wait)
            url = urljoin(url, location)
    except Blocked as error:
        return Answer("private", str(error))
    except ssl.SSLCertVerificationError as error:
        return Answer("broken", f"invalid certificate: {error.verify_message}")
    except socket.gaierror as error:
        known = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        return Answer("broken", "no such host") if known else Answer("unsure", "its host name could not be resolved")
    except ConnectionRefusedError:
        return Answer("broken", "connection refused")
    except TimeoutError:
        return Answer("unsure", f"no answer in {policy.seconds:g} s")
    except (http.client.InvalidURL, ValueError):
        return Answer("broken", "not a valid address")
    except (OSError, http.client.HTTPException) as error:
        return Answer("unsure", f"connection failed: {type(error).__name__}")
    return Answer("unsure", f"more than {MOST_REDIRECTS} redirects")


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet, also if it is embedded in an IPv6 address.

    >>> [is_public(one) for one in ("93.184.216.34", "127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe")]
    [True, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def seconds_of(header: str, now: float) -> float:
    """Read a ``Retry-After``: seconds, or a date.

    >>> seconds_of("120", 0.0), seconds_of("Thu, 01 Jan 1970 00:01:00 GMT", 0.0), seconds_of("soon", 0.0)
    (120.0, 60.0, 0.0)
    """
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _answer(status: int, wait: float) -> Answer:
    if status in GONE:
        return Answer("broken", f"the server returned {status}, {http.client.responses[status].lower()}")
    if status >= 400:
        return Answer("unsure", f"the server returned {status}", wait)
    return Answer("fine")


def _request(url: str, method: str, policy: HttpPolicy) -> tuple[int, str, float]:
    """Make one request; return the status, the target of a redirect, and the seconds to wait."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Blocked(f"not an http or https address: {parts.scheme or 'no scheme'}")
    if parts.username or parts.password:
        raise Blocked("contains a user name or password")
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = quote(parts.path or "/", safe=UNSAFE) + (f"?{quote(parts.query, safe=UNSAFE)}" if parts.query else "")
    shown = host if ":" not in host else f"[{host}]"
    named = shown if port in (80, 443) else f"{shown}:{port}"
    headers = {"Host": named, "User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
    with _connection(host, port, parts.scheme == "https", policy) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
    wait = seconds_of(answer.getheader("Retry-After", ""), time.time())
    return answer.status, answer.getheader("Location", ""), wait


@contextmanager
def _connection(host: str, port: int, secure: bool, policy: HttpPolicy) -> Iterator[http.client.HTTPConnection]:
    """Connect to a host for one request; raise TimeoutError when this takes longer than *policy* allows."""
    connection = http.client.HTTPConnection(host, port)
    connection.auto_open = 0  # never connect by host name: the socket is set below
    timer = threading.Timer(policy.seconds, lambda: _abort(connection))
    timer.daemon = True
    started = time.monotonic()
    try:
        connection.sock = _connect(host, port, policy)
        timer.start()
        if secure:
            trust = policy.trust or ssl.create_default_context()
            wrapped = trust.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
            connection.sock = wrapped  # before the handshake, so that the timer can end it
            wrapped.do_handshake()
        yield connection
        if time.monotonic() - started >= policy.seconds:
            raise TimeoutError  # the answer may look complete although the connection was closed
    except (OSError, http.client.HTTPException):
        if time.monotonic() - started >= policy.seconds:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        connection.close()


def _connect(host: str, port: int, policy: HttpPolicy) -> socket.socket:
    """Resolve a host once, and connect if all of its addresses may be contacted."""
    found = policy.resolve(host, port, type=socket.SOCK_STREAM)
    for *_, place in found:
        address = ipaddress.ip_address(place[0].partition("%")[0])
        if not is_public(place[0]) and not any(address in network for network in policy.allowed):
            raise Blocked("the host is in a network that is not public")
    error: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
    for family, kind, protocol, _, place in found[:3]:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(policy.seconds / 2)
        try:
            connection.connect(place)
            return connection
        except OSError as problem:
            connection.close()
            error = problem
    raise error


def _abort(connection: http.client.HTTPConnection) -> None:
    """Abort a request that takes too long, even if the server keeps sending slowly."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
