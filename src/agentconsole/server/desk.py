"""What all requests to one server share."""

from dataclasses import dataclass

from agentconsole.server.database import Database
from agentconsole.server.feed import Feed
from agentconsole.server.limits import Limiter
from agentconsole.server.news import News
from agentconsole.server.settings import ServerSettings
from agentconsole.server.sign_ins import SignInBrake


@dataclass(frozen=True, slots=True)
class Desk:
    """One ticket server: its database, its settings, its brakes and its news."""

    database: Database
    settings: ServerSettings
    limiter: Limiter
    feed: Feed
    sign_ins: SignInBrake
    news: News
