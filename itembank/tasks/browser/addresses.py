"""What people type in the address bar: an address, more or less whole, or words to look for. Pure."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?:(https?)://)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,})(/\S*)?", re.IGNORECASE)


def canonical(address: str) -> str | None:
    """An address as pages are known by it: scheme and host in lower case, no « www. », no final slash. None for words.

    Without a scheme it is `https`.
    """
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return None
    scheme, host, path = found.groups()
    host = host.lower().removeprefix("www.")
    return f"{(scheme or 'https').lower()}://{host}{(path or '').rstrip('/')}"


def host_of(address: str) -> str:
    """The host of a canonical address."""
    return address.partition("://")[2].partition("/")[0]
