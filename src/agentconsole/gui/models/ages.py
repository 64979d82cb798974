"""How long ago something was, kept in words: days and zones take a while to work out."""

from __future__ import annotations

from agentconsole.domain.instant import MINUTE, Instant


class Ages:
    """Tells ages that are good for a minute of the clock."""

    def __init__(self) -> None:
        self._words: dict[Instant, str] = {}
        self._minute = 0

    def told(self, at: Instant, now: Instant) -> str:
        """Return how long before *now* something happened, as ``ago`` does; anew once a minute."""
        if now // MINUTE != self._minute:
            self._words.clear()
            self._minute = now // MINUTE
        words = self._words.get(at)
        if words is None:
            from agentconsole.gui.spoken_time import ago

            words = self._words[at] = ago(at, now)
        return words
