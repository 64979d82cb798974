"""What an administrator decides about one server process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple

Role = Literal["admin", "agent", "reviewer"]
"""admin: a supervisor; agent; reviewer: reads everything, writes nothing."""


class Limit(NamedTuple):
    """At most *total* requests in each window of *seconds*."""

    total: int
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How much each token may ask for. Endpoints without an entry share the account's limit only."""

    account: Limit
    endpoints: Mapping[str, Limit] = field(default_factory=dict)

    def __reduce__(self) -> "tuple[type[RateLimits], tuple[Limit, dict[str, Limit]]]":
        """Workers get them from their parent, and a view of a mapping can't be sent."""
        return RateLimits, (self.account, dict(self.endpoints))


GENEROUS = RateLimits(account=Limit(100_000), endpoints=MappingProxyType({"pin-checks": Limit(60)}))
"""For the embedded server and small teams: the headers are there, the brake is far away."""

STRICT = RateLimits(
    account=Limit(700),
    endpoints=MappingProxyType(
        {
            "tickets-index": Limit(100),
            "tickets-update": Limit(100),
            "per-ticket-updates": Limit(30, 600),
            "incremental-exports": Limit(10),
            "search-export": Limit(100),
            "view-execute": Limit(5),
            "view-count": Limit(5),
            "view-count-many": Limit(6),
            "deleted-tickets": Limit(10),
            "pin-checks": Limit(20),
        }
    ),
)
"""The figures of a large account of the real service."""


FEW_MISTAKES = Limit(30)
"""Wrong credentials from one address: more than a team mistypes, less than it takes to guess."""


@dataclass(frozen=True, slots=True)
class PinRules:
    """Support PINs: *attempts* wrong ones lock one for *locked_for* seconds, twice as long each further time.

    A right one counts for *valid_for* seconds.
    """

    attempts: int = 5
    locked_for: int = 15 * 60
    valid_for: int = 60 * 60


@dataclass(frozen=True, slots=True)
class Grant:
    """Lets whoever knows *token* in as the user with *email*."""

    email: str
    token: str
    role: Role = "admin"

    def __repr__(self) -> str:
        return f"Grant({self.role})"  # neither the address nor the token belongs in a log


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server. Port 0 takes any free one. *upload_limit* is in bytes, the others in seconds.

    Tickets that have been solved for *close_after* are closed for good; 0 leaves that to people. *workers* processes
    serve behind the one address. Figures for Prometheus are served at *metrics_port*, None: not at all.
    """

    host: str = "127.0.0.1"
    port: int = 0
    database_url: str = "sqlite:///agentconsole-server.db"
    grants: tuple[Grant, ...] = ()
    rate_limits: RateLimits = GENEROUS
    pins: PinRules = PinRules()
    wrong_sign_ins: Limit = FEW_MISTAKES
    close_after: int = 4 * 86_400
    upload_limit: int = 50 * 1024 * 1024
    upload_kept_for: int = 3 * 86_400
    idempotency_kept_for: int = 7 * 86_400
    presence_kept_for: int = 60
    heartbeat_every: float = 15.0
    workers: int = 1
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
