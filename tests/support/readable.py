"""Looks through files, as ``strings`` and ``grep`` would, for words that must not be readable in them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from pathlib import Path

_PRINTABLE = re.compile(rb"[\x20-\x7e\t]{6,}")
_WIDE = (re.compile(rb"(?:[\x20-\x7e]\x00){6,}"), re.compile(rb"(?:\x00[\x20-\x7e]){6,}"))
_WORD = re.compile(r"[^\W\d_]{7,}")


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of *texts* that are long enough not to turn up by chance, in small letters."""
    return {word.lower() for text in texts for word in _WORD.findall(text)}


def found_in(folders: Iterable[Path], secrets: Iterable[str]) -> dict[str, list[str]]:
    """Return by file which of *secrets* it shows, plainly or in UTF-16, base64 or hex; whatever its letters' case.

    The name of a file is looked through like its content. Secrets beyond ASCII are found in UTF-8 and UTF-16.
    """
    plain = {secret.lower() for secret in secrets if secret}
    simple = {secret for secret in plain if secret.isascii()}
    encoded = {form: secret for secret in plain for form in _forms(secret)}
    beyond = {form: secret for secret in plain - simple for form in (secret.encode(), *_wide(secret))}
    shown: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            text, exact = _strings(path.name.encode() + b"\n" + data)
            low = data.lower()
            hits = {secret for secret in simple if secret in text}
            hits |= {secret for form, secret in encoded.items() if form in exact}
            hits |= {secret for form, secret in beyond.items() if form in low}
            if hits:
                shown[str(path)] = sorted(hits)
    return shown


def _strings(data: bytes) -> tuple[str, str]:
    """Return what can be read in *data*, in small letters and as it stands."""
    runs = [run.decode() for run in _PRINTABLE.findall(data)]
    runs += [run.replace(b"\x00", b"").decode() for wide in _WIDE for run in wide.findall(data)]
    exact = "\n".join(runs)
    return exact.lower(), exact


def _forms(secret: str) -> Iterable[str]:
    """Yield *secret* as base64 at each of the three places a letter can have in it, and as hex."""
    for spelled in {secret, secret.capitalize(), secret.title()}:
        data = spelled.encode()
        yield data.hex()
        yield data.hex().upper()
        for before in range(3):
            # the letters that the neighbours take part in are left out
            begin, end = (-(-before * 8 // 6), (before + len(data)) * 8 // 6)
            form = base64.b64encode(bytes(before) + data).decode()[begin:end]
            if len(form) >= 8:
                yield form
                yield form.replace("+", "-").replace("/", "_")


def _wide(secret: str) -> Iterable[bytes]:
    return secret.encode("utf-16-le"), secret.encode("utf-16-be")
