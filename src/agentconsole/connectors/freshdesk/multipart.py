"""Bodies of many parts, which is how files travel with a reply."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agentconsole.connectors.plain_rest.carried import Carried

_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def multipart(fields: Mapping[str, Any], files: Sequence[Carried]) -> tuple[bytes, str]:
    """*fields* and *files* as one body, and the content type that says how it is cut.

    A list becomes parts called ``name[]``, an object parts called ``name[key]``; files are ``attachments[]``.
    """
    boundary = f"agentconsole-{secrets.token_hex(16)}"
    parts: list[bytes] = []
    for name, value in _flat(fields):
        parts.append(_part(boundary, f'name="{name.translate(_ESCAPES)}"', "", value.encode()))
    for file in files:
        named = f'name="attachments[]"; filename="{file.file_name.translate(_ESCAPES)}"'
        parts.append(_part(boundary, named, f"Content-Type: {file.content_type}\r\n", file.content))
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, named: str, headers: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n{headers}\r\n"
    return head.encode() + content + b"\r\n"


def _flat(fields: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from ((f"{name}[{key}]", _text(each)) for key, each in value.items() if each is not None)
        elif isinstance(value, list | tuple):
            yield from ((f"{name}[]", _text(each)) for each in value)
        elif value is not None:
            yield name, _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
