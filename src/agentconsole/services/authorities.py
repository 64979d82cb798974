"""A company's own certificate authority, as somebody brings it: a file that must hold certificates."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

LARGEST = 1024 * 1024
"""Bytes; the list of all authorities of an operating system is a quarter of that."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class AuthorityProblem(Exception):
    """A file that can't be trusted as an authority; the text says why."""

    title = "This file can't be used as a certificate authority"
    advice = "It is a text file that begins with BEGIN CERTIFICATE; whoever runs your network has it."


def read_authority(path: Path) -> str:
    """Return the certificates (PEM) in the file at *path*, and nothing else of it: it may hold a private key, too.

    Raises AuthorityProblem.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise AuthorityProblem(f"It can't be read ({error.strerror}).") from error
    if len(data) > LARGEST:
        raise AuthorityProblem("It is too large to be one.")
    found = "\n".join(match[0] for match in _CERTIFICATE.finditer(data.decode("ascii", "replace")))
    try:
        if not found:
            raise AuthorityProblem("There is no certificate in it.")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=found)
    except (ssl.SSLError, ValueError) as error:
        raise AuthorityProblem("The certificate in it is damaged.") from error
    return f"{found}\n"
