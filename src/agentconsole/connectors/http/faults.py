"""Put everything that can go wrong with a request into the words of :mod:`agentconsole.connectors.api`."""

from __future__ import annotations

import hmac
import math
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from agentconsole.connectors.api import (
    AccessRevoked,
    BadCertificate,
    ConnectorError,
    Forbidden,
    Missing,
    NeedsLogin,
    NotAHelpDesk,
    Outdated,
    RateLimited,
    Refused,
    ServerFailed,
    Unanswered,
    Unreachable,
    Unsupported,
)
from agentconsole.connectors.http.pacing import is_for_one_ticket

RETRY_AFTER = 10.0
"""Seconds to wait where a help desk says "slow down" but not for how long."""

LONGEST_WAIT = 3600.0
"""Seconds."""

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
"""Failures before the first byte of a request: whatever it was to do has not been done."""

_LONGEST_REASON = 500
_SENTENCES = ("error_human", "description", "message")
"""Where the shapes of error bodies keep what is meant for people, the best first."""

_MARKUP = re.compile(rb"^\s*(<!doctype|<html|<\?xml|<head|<body)", re.IGNORECASE)


def fault_of_exception(error: Exception, *, is_write: bool) -> ConnectorError:
    """Return what a failure of the transport means.

    A write whose answer did not come whole is Unanswered: it may have taken effect. A read has no effect, so the help
    desk was merely unreachable.
    """
    certificate = _certificate_problem(error)
    if certificate is not None:
        return BadCertificate(f"The help desk's certificate is not valid: {certificate}.")
    if not is_write and isinstance(error.__context__, httpx.InvalidURL):
        # somebody answered, and not with silence: a redirect to nowhere
        return NotAHelpDesk("The help desk named an address that can't be one.")
    if isinstance(error, NEVER_LEFT) or not is_write:
        return Unreachable(f"The help desk can't be reached: {_why(error)}.")
    return Unanswered(f"The help desk did not answer: {_why(error)}.")


def fault_of_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, is_write: bool, token_digest: str = ""
) -> ConnectorError:
    """Return what an answer other than 2xx means. Its reason is kept, for people.

    *token_digest* is the SHA-256 of the token that was presented. Only an answer that names it can take the token back:
    a proxy's page, a captive network or an ordinary 401 never can.
    """
    if status == 429:
        return RateLimited(retry_after(headers) or RETRY_AFTER, one_ticket=is_for_one_ticket(headers))
    if status == 408 or status >= 500:
        if is_write:
            return Unanswered(f"The help desk failed while it had the change (error {status}).")
        return ServerFailed(f"The help desk has a problem of its own (error {status}).", retry_after(headers))
    if status == 401:
        return _revoked(body, token_digest) or NeedsLogin()
    if 300 <= status < 400:
        message = "This address redirects to another server, which gets neither your sign-in nor your changes."
        return Unanswered(message) if is_write else NotAHelpDesk(message)
    if looks_like_markup(headers, body):
        return NotAHelpDesk(f"A web page answered instead of the help desk's API (error {status}).")
    code, reason, details = _reason(body)
    if status == 403:
        return Forbidden(reason)
    if status in (409, 412):
        return Outdated(reason)
    if status in (404, 410):
        return Unsupported(reason) if code == "InvalidEndpoint" else Missing()
    if code == "IdempotentRequestError" and is_write:
        # the key is known there: what it stood for has been done, in other words than ours of now
        return Unanswered("The help desk has already seen this change.")
    return Refused(reason or f"The help desk refused the request (error {status}).", details)


class _Revocation(msgspec.Struct):
    error: str
    token_digest: str
    wipe_requested: bool


_REVOCATION = msgspec.json.Decoder(_Revocation)


def _revoked(body: bytes, token_digest: str) -> AccessRevoked | None:
    try:
        said = _REVOCATION.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    is_ours = bool(token_digest) and hmac.compare_digest(said.token_digest.encode(), token_digest.encode())
    return AccessRevoked(wipe=said.wipe_requested) if is_ours and said.error == "TokenRevoked" else None


def looks_like_markup(headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether a person's browser was answered rather than a program."""
    return "html" in headers.get("content-type", "").lower() or bool(_MARKUP.match(body[:200]))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After``: seconds from now, whether it was said as a number or as a date.

    Never more than LONGEST_WAIT: no help desk means to be left alone for longer, whatever it says.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
        return None if math.isnan(seconds) else min(max(0.0, seconds), LONGEST_WAIT)
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(text)
        base = headers.get("date")
        now = parsedate_to_datetime(base) if base else datetime.now(UTC)
        return min(max(0.0, (at - now).total_seconds()), LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None


def _certificate_problem(error: BaseException) -> str | None:
    """The sentence of a failed verification anywhere among the causes of *error*."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return str(seen.verify_message or seen.reason or "it could not be verified").rstrip(".")
        seen = seen.__cause__ or seen.__context__
    return None


def _why(error: BaseException) -> str:
    """What happened, without addresses (they may hold personal data)."""
    seen: BaseException | None = error
    while seen is not None:
        match seen:
            case ssl.SSLError():
                return "it does not speak TLS at this address"
            case ConnectionRefusedError():
                return "nothing listens at its address"
            case _:
                pass
        text = str(seen).lower()
        if "name or service not known" in text or "getaddrinfo" in text or "name resolution" in text:
            return "its name is unknown; check the address and your network"
        if "all connection attempts failed" in text:
            return "nothing listens at its address"
        seen = seen.__cause__ or seen.__context__
    match error:
        case httpx.TimeoutException():
            return "it took too long"
        case httpx.ProxyError():
            return "the proxy refused"
        case _:
            return "the connection broke"


def _reason(body: bytes) -> tuple[str, str, dict[str, str]]:
    """Read the code, the sentence and the details by field from any of the shapes of an error body."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", "", {}
    if not isinstance(said, dict):
        return "", said[:_LONGEST_REASON] if isinstance(said, str) else "", {}
    details = _details(said.get("details"))
    error = said.get("error")
    code, reason = "", next(filter(None, (_text(said.get(name)) for name in _SENTENCES)), "")
    if isinstance(error, dict):
        code = _text(error.get("code")) or _text(error.get("title"))
        reason = _text(error.get("message")) or _text(error.get("title")) or reason
    elif error is not None:
        code = _text(error)
        reason = reason or code
    errors = said.get("errors")
    if isinstance(errors, list) and errors:
        reason = "; ".join(filter(None, (_one_of_many(each) for each in errors))) or reason
        details = details or _by_field(errors)
        if isinstance(errors[0], dict):
            code = _text(errors[0].get("code")) or code
    if details and not isinstance(errors, list):
        reason = "; ".join(text if name == "base" else f"{name}: {text}" for name, text in details.items())
    return code, reason[:_LONGEST_REASON], details


def _one_of_many(error: Any) -> str:
    if isinstance(error, dict):
        told = (_text(error.get(name)) for name in ("detail", "message", "title", "code"))
        sentence, field = next(filter(None, told), ""), _text(error.get("field"))
        return f"{field}: {sentence}" if field and sentence else sentence
    return _text(error)


def _by_field(errors: list[Any]) -> dict[str, str]:
    """Sentences by field of ``[{"field": …, "message": …}, …]``."""
    rows = [each for each in errors if isinstance(each, dict) and _text(each.get("field"))]
    return {each["field"]: _text(each.get("message")) for each in rows}


def _details(details: Any) -> dict[str, str]:
    """Sentences by field; ``{"status": [{"description": …}, …]}`` is the usual form."""
    if not isinstance(details, dict):
        return {}
    found: dict[str, str] = {}
    for name, said in details.items():
        rows = said if isinstance(said, list) else [said]
        sentences = [
            _text(row.get("description")) or _text(row.get("error")) if isinstance(row, dict) else _text(row)
            for row in rows
        ]
        found[str(name)] = "; ".join(filter(None, sentences))
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
