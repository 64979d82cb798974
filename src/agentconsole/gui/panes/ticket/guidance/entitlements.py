"""Which channels and services are open to the requester at this minute, by their tier or plan."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QWidget

from agentconsole.domain.instant import Instant
from agentconsole.gui.context import WindowContext
from agentconsole.gui.panes.ticket.guidance.links import linked
from agentconsole.gui.panes.ticket.people import Facts
from agentconsole.gui.spoken_time import span
from agentconsole.triage.values import EntitlementNow, PackStanding, ScopeVerdict

_SCOPE = {
    "included": "Included",
    "excluded": "Not included",
    "billable": "Billable",
    "partner": "The partner's part",
    "platform": "The platform's part",
}


class Entitlements(Facts):
    """What the requester's level gets, channels first, and what is open now."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__("ticketEntitlements", parent)
        self._context = context
        self._packs: tuple[PackStanding, ...] = ()
        self._shown: tuple[EntitlementNow, ...] = ()
        context.theming.changed.connect(self._show)

    def show_entitlements(self, packs: tuple[PackStanding, ...], entitlements: tuple[EntitlementNow, ...]) -> None:
        """Show *entitlements*, under the level by which *packs* give them."""
        self._packs, self._shown = packs, entitlements
        self._show()

    def tell_time(self, now: Instant) -> None:
        """Bring "opens in" up to date."""
        self._show(now)

    def _show(self, now: Instant | None = None) -> None:
        moment = self._context.clock.now() if now is None else now
        muted = self._context.theming.theme.muted
        lines: list[str] = []
        for pack in self._packs:
            mine = [each for each in self._shown if each.pack == pack.pack]
            if not mine:
                continue
            region = f" · {escape(pack.region)}" if pack.region else ""
            lines.append(f"<b>{escape(pack.level)}</b> {escape(pack.level_word)}{region}")
            lines += [_line(each, moment, muted) for each in sorted(mine, key=lambda entry: not entry.channel)]
        self.tell(lines)


def _line(entry: EntitlementNow, now: Instant, muted: str) -> str:
    title, words = escape(entry.title), escape(entry.words)
    if not entry.entitled:
        return f'<span style="color:{muted}">✕ {title}: {words or "not with this level"}</span>'
    if entry.open_now is None:
        return f'✓ {title} <span style="color:{muted}">{words}</span>'
    if entry.open_now:
        until = f", closes in {span(entry.changes_at - now)}" if entry.changes_at else ""
        return f'● {title} <b>open now</b><span style="color:{muted}">{until} · {words}</span>'
    when = f"opens in {span(entry.changes_at - now)}" if entry.changes_at else "closed"
    return f'○ {title} {when} <span style="color:{muted}">· {words}</span>'


class Scope(Facts):
    """Whether support does what is asked, why, and where to send it."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__("ticketScope", parent)
        self._context = context
        self._shown: tuple[ScopeVerdict, ...] = ()
        context.theming.changed.connect(self._show)

    def show_scope(self, verdicts: tuple[ScopeVerdict, ...]) -> None:
        """Show *verdicts*, one a rule that fits."""
        self._shown = verdicts
        self._show()

    def _show(self) -> None:
        theme = self._context.theming.theme
        lines = []
        for verdict in self._shown:
            parts = [f"<b>{_SCOPE[verdict.kind]}</b> · {escape(verdict.text)}"]
            if verdict.reason:
                parts.append(f'<span style="color:{theme.muted}">{escape(verdict.reason)}</span>')
            addresses = dict(verdict.links)
            if verdict.destination:
                # where to send it may be one of the links, which is not named twice then
                parts.append(f"→ {linked(verdict.destination, addresses.pop(verdict.destination, ''), theme.link)}")
            parts += [linked(title, address, theme.link) for title, address in addresses.items()]
            parts.append(f'<span style="color:{theme.muted}">{escape(verdict.pack_title)}</span>')
            lines.append("<br>".join(parts))
        self.tell(lines, apart=True)
