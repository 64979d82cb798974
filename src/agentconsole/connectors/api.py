"""What every connector offers, what it may lack, and how it fails.

```
ConnectorError                 the world's fault: title, advice, and whether trying again can help
├── Unreachable                nothing was heard: no route, refused, name unknown, no TLS
│   └── BadCertificate         the server's certificate is expired, for another name, or of an unknown issuer
├── Unanswered                 the request may have arrived; only a look can tell
├── RateLimited                slow down until ``retry_after`` seconds have passed
├── ServerFailed               5xx: try again later (a write is then Unanswered)
├── NotAHelpDesk               HTML, or JSON of another shape, where the API should be
├── NeedsLogin                 wrong or expired credentials
│   └── AccessRevoked          an administrator took them back
├── Forbidden                  signed in, but not allowed
├── Missing                    the thing is not there (any more)
├── Refused                    the help desk understood and said no: ``details`` by field
├── Outdated                   a safe update met a newer ticket
└── UploadLost                 a file that was uploaded is not known there any more
```
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Protocol, runtime_checkable

import msgspec

from agentconsole.domain.capabilities import Capabilities
from agentconsole.domain.commands import Command
from agentconsole.domain.files import LocalFile, Upload
from agentconsole.domain.instant import Instant
from agentconsole.domain.records import ArticleRecord, Page, Presence, TicketRecord
from agentconsole.domain.rows import HistoryRow
from agentconsole.domain.values import Ref, Role

__all__ = [
    "AccessRevoked",
    "BadCertificate",
    "Capabilities",
    "Connection",
    "Connector",
    "ConnectorError",
    "Counts",
    "Forbidden",
    "Identity",
    "Missing",
    "NeedsLogin",
    "NotAHelpDesk",
    "Nudge",
    "Observant",
    "Outdated",
    "PinAnswer",
    "RateLimited",
    "Receipt",
    "Refused",
    "SecretInMemory",
    "SecretKeeper",
    "Send",
    "ServerFailed",
    "Unanswered",
    "Unreachable",
    "Unsupported",
    "UnusableAuthority",
    "UploadLost",
]


class ConnectorError(Exception):
    """Base of all that can go wrong at a help desk.

    Attributes:
        title: what happened, for a person.
        advice: what to do about it.
        retryable: whether the same request may succeed later without anybody doing anything.
    """

    title: ClassVar[str] = "The help desk could not be used"
    advice: ClassVar[str] = "Your changes are saved. Try again in a moment."
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.title)


class Unreachable(ConnectorError):
    """Nothing was heard of the help desk, so nothing has happened there."""

    title = "The help desk can't be reached"
    advice = "You can go on working: everything is saved here and will be sent once the connection is back."
    retryable = True


class BadCertificate(Unreachable):
    """The server could not prove who it is."""

    title = "The help desk's certificate is not valid"
    advice = (
        "Nothing was sent. If your company has a certificate authority of its own, name its file in the connection's "
        "settings; else ask whoever runs the server to renew its certificate."
    )
    retryable = True


class UnusableAuthority(Unreachable):
    """The certificate authority that the profile names can't be read."""

    title = "Your certificate authority can't be used"
    advice = "Choose its file again in the connection's settings: a text file that begins with BEGIN CERTIFICATE."


class Unanswered(ConnectorError):
    """The request left, the answer did not come whole: it may or may not have taken effect."""

    title = "The help desk did not answer"
    advice = "The console will look whether your change arrived before it sends anything again."
    retryable = True


class RateLimited(ConnectorError):
    """The help desk asked us to slow down for ``retry_after`` seconds; ``one_ticket``: with this ticket only."""

    title = "The help desk is busy"
    advice = "Your changes are saved and will be sent shortly."
    retryable = True

    def __init__(self, retry_after: float, message: str = "", *, one_ticket: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.one_ticket = one_ticket


class ServerFailed(ConnectorError):
    """The help desk failed on its own account (5xx). ``retry_after`` in seconds when it said one."""

    title = "The help desk has a problem of its own"
    advice = "Your changes are saved. The console tries again by itself."
    retryable = True

    def __init__(self, message: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotAHelpDesk(ConnectorError):
    """The address answers, but not as this kind of help desk."""

    title = "This address is not the help desk's API"
    advice = "Check the address. A sign-in page, a proxy or a captive network may be answering in its place."
    retryable = True


class NeedsLogin(ConnectorError):
    """The credentials are wrong, expired or revoked."""

    title = "The help desk does not accept your sign-in"
    advice = "Enter a new token for this profile. Unsent changes are kept and sent afterwards."


class AccessRevoked(NeedsLogin):
    """An administrator took back the token. ``wipe``: they ask that what is kept of this help desk is removed."""

    title = "Your access was taken back by an administrator"
    advice = "Ask them for a new token. Unsent changes are kept."

    def __init__(self, *, wipe: bool) -> None:
        super().__init__()
        self.wipe = wipe


class Forbidden(ConnectorError):
    """Signed in, but this is not allowed."""

    title = "You are not allowed to do this"
    advice = "Ask an administrator of the help desk for the right, or discard the change."


class Missing(ConnectorError):
    """The thing is not there, or not any more."""

    title = "The help desk does not know this any more"
    advice = "It may have been deleted or merged. Your text is kept."


class Refused(ConnectorError):
    """The help desk understood and said no."""

    title = "The help desk refused the change"
    advice = "Read its reason, then edit, retry or discard the change."

    def __init__(self, message: str, details: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.details = details or {}


class Outdated(ConnectorError):
    """A safe update met a ticket that had changed since."""

    title = "The ticket changed meanwhile"
    advice = "The console fetches it and merges your change."
    retryable = True


class UploadLost(ConnectorError):
    """A comment named a file that was uploaded, and that the help desk has forgotten since. Nothing was changed."""

    title = "The help desk has forgotten an uploaded file"
    advice = "The console uploads it again."
    retryable = True


class Unsupported(ConnectorError):
    """This kind of help desk has no such thing; ``Capabilities`` says so beforehand."""

    title = "This help desk can't do that"
    advice = "The connection page lists what this kind of help desk offers."


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to connect to a help desk, its secret apart.

    ``way`` is how to sign in, by the name of one of the kind's :class:`~agentconsole.domain.desk_kinds.Way`; ``person``
    the e-mail address or user name that goes with it; ``client_id`` what the help desk calls the console where the web
    browser signs in. ``authority`` are certificates (PEM) to trust beside the system's.
    """

    kind: str
    url: str
    way: str = ""
    person: str = ""
    client_id: str = ""
    authority: str = ""


class PinAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a Support PIN is its requester's. After ``attempts_left`` wrong ones it is locked until ``locked_until``.

    A success counts until ``valid_until``.
    """

    verified: bool
    attempts_left: int = 0
    locked_until: Instant | None = None
    valid_until: Instant | None = None


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who the credentials belong to."""

    ref: Ref
    name: str
    email: str
    role: Role
    time_zone: str | None = None


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """One command, ready to be sent: local ids resolved to refs, files uploaded.

    ``ticket`` is None for a ticket that is to be created. ``current`` is the confirmed ticket, for the guard of a safe
    update. ``into`` is the target of a merge. ``uploads`` are the tokens of its files, in their order. ``claimed`` are
    the comments of the ticket that other changes are known to have become. ``queued_at`` is when the agent decided on
    it, by the help desk's clock: nothing that it has become can be older.
    """

    key: str
    command: Command
    ticket: Ref | None
    current: TicketRecord | None = None
    into: Ref | None = None
    uploads: tuple[str, ...] = ()
    claimed: frozenset[Ref] = frozenset()
    queued_at: Instant = 0


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The help desk has the command. ``page`` is the ticket and its comments as they are now.

    ``comment`` is the one that the command became, where that is known. ``after`` is the ticket as this very command
    has left it, None when only later states are known; ``touched`` are the fields that the help desk says it has
    changed, by itself or by rules that it set off.
    """

    ticket: Ref
    page: Page
    comment: Ref | None = None
    after: TicketRecord | None = None
    touched: frozenset[str] = frozenset()


class Nudge(msgspec.Struct, frozen=True, kw_only=True):
    """The push stream says that something changed; what, is learnt by pulling. ``presence`` may ride along."""

    change: bool = True
    presence: tuple[Presence, ...] = ()
    presence_of: Ref | None = None


class SecretKeeper(Protocol):
    """Keeps the secret of one connection. May wait for a disk or for another process: not to be called by a loop."""

    def __call__(self, secret: str) -> None:
        """Keep *secret* in the place of the one before, so that it survives whatever happens next. OSError."""
        ...

    def latest(self) -> str:
        """Return the secret as it was kept last: another process may have kept one since. OSError."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Let no other process, and nobody else in this one, replace the secret meanwhile. OSError."""
        ...


class SecretInMemory:
    """Keeps a secret for as long as the program runs."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __call__(self, secret: str) -> None:
        self._secret = secret

    def latest(self) -> str:
        """Return the secret."""
        return self._secret

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else knows it."""
        return nullcontext()


class Counts(Protocol):
    """How often each of several things happened."""

    def counts(self) -> Mapping[str, int]:
        """Return the numbers by what it was, in words."""
        ...


@runtime_checkable
class Observant(Protocol):
    """A connector that counts what of the help desk's answers it could not read, or not as it stood."""

    @property
    def oddities(self) -> Counts: ...


class Connector(Protocol):
    """One help desk. All methods raise :class:`ConnectorError`; none retries by itself.

    A pull goes stream by stream in the order of ``streams``; each has a cursor of its own that is only ever moved by
    the page it came with. ``clock_offset`` is the help desk's clock less ours, microseconds, from the newest answer.
    """

    kind: str
    capabilities: Capabilities
    streams: tuple[str, ...]

    @property
    def clock_offset(self) -> int: ...

    async def identify(self) -> Identity:
        """Return who is signed in; NeedsLogin when nobody is."""
        ...

    async def reference(self) -> Page:
        """Return the small whole sets: groups, agents, fields, macros, views, contacts, announcements, status."""
        ...

    def urgent(self) -> AsyncIterator[Page]:
        """Yield tickets that need action with their comments, soonest breach first; their cursors mean nothing."""
        ...

    async def changes(self, stream: str, cursor: str | None) -> Page:
        """Return the next page of *stream* after *cursor* (None: from the beginning), oldest change first."""
        ...

    async def ticket(self, ref: Ref) -> Page:
        """Return one ticket with all its comments and the people in it; Missing when it is gone."""
        ...

    async def upload(
        self, file: LocalFile, key: str, upload: Upload, progressed: Callable[[Upload], Awaitable[None]]
    ) -> Upload:
        """Bring *file* to the help desk, from where *upload* has got to; returns it whole, with its token.

        *key* makes a repetition harmless. *progressed* is awaited with every part that is there. A part that is not
        known there any more is begun anew.
        """
        ...

    async def send(self, send: Send) -> Receipt:
        """Carry out one command. Unanswered means that it may have taken effect; UploadLost that it has not."""
        ...

    async def settle(self, send: Send) -> Receipt | None:
        """Say whether a command that was never answered took effect: its receipt, or None when it certainly did not."""
        ...

    def listen(self) -> AsyncIterator[Nudge]:
        """Yield a nudge whenever something changed, until the stream breaks (Unreachable) or is not offered."""
        ...

    async def announce_presence(self, ticket: Ref, mode: str | None) -> None:
        """Tell colleagues that the agent views or replies to *ticket*; None: no longer."""
        ...

    async def history(self, ticket: Ref) -> tuple[HistoryRow, ...]:
        """Return the events of *ticket*, oldest first."""
        ...

    async def articles(self, query: str) -> tuple[ArticleRecord, ...]:
        """Search the help centre."""
        ...

    async def download(
        self, url: str, write: Callable[[bytes], object], progress: Callable[[int], None] | None = None
    ) -> None:
        """Hand the bytes of an attachment to *write*, in order and in a thread; credentials never go to a foreign host.

        *progress* is told how many there were so far. When this returns it was all.
        """
        ...

    async def check_pin(self, person: Ref, pin: str) -> PinAnswer:
        """Ask whether *pin* is the Support PIN of *person*; Unsupported where the help desk has none."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
