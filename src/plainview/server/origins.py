"""Owns the rule against forged requests: what changes something must come from our own pages.

A browser says where a request comes from in `Sec-Fetch-Site` (on trustworthy origins) or `Origin`; a header of our own
cannot be sent by another site without our leave. Beacons cannot carry that header; they are known by their origin.
"""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from plainview.kernel.errors import PlainviewError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MARK = "x-plainview"
BEACON_PATHS = frozenset({"/api/events"})


class ForgedRequestError(PlainviewError):
    """A request that changes something did not come from this service's own pages."""

    code, status, title = "forged_request", 403, "This request did not come from our own pages"


def check_origin(method: str, path: str, headers: Mapping[str, str], own_origin: str) -> None:
    """Pass a request that is safe, or ours.

    Raises:
        ForgedRequestError: it changes something and comes from elsewhere, or does not say.
    """
    if method in SAFE_METHODS:
        return
    is_same = same_origin(headers, own_origin)
    if is_same is False:
        raise ForgedRequestError("Open this service at its own address and try again.")
    is_beacon = path in BEACON_PATHS and is_same
    if headers.get(MARK) != "1" and not is_beacon:
        raise ForgedRequestError("Programs that call this service send the header `X-Plainview: 1`.")


def same_origin(headers: Mapping[str, str], own_origin: str) -> bool | None:
    """Whether a request comes from our own pages; None when it says nothing, as programs do."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is not None:
        return origin == own_origin or urlsplit(origin).netloc == headers.get("host", "")
    return True if site else None


def address_of(peer: str, forwarded: str | None) -> str:
    """The client's address: the peer's own, or what a proxy on this machine says it is.

    An IPv6 client has a whole network of addresses; it is known by its first 64 bits.
    """
    if forwarded and _is_loopback(peer):
        peer = forwarded.rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        if not address.is_loopback:
            return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def is_local(peer: str, forwarded: str | None) -> bool:
    """Whether a request was made on this machine, by nobody else's order."""
    return forwarded is None and _is_loopback(peer)


@lru_cache(1_024)
def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
