"""The directory's keys, each an action that the palette lists and the agent may remap."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from agentconsole.gui.actions import Actions
from agentconsole.gui.panes.directory.filtering import Filters

if TYPE_CHECKING:
    from agentconsole.gui.panes.directory_pane import DirectoryPane

SECTION = "Directory"


def register_directory_actions(pane: DirectoryPane, actions: Actions) -> None:
    """Register everything that the directory can do; none of its keys is a plain letter, for one types all the time."""
    filters, card = pane.filters, pane.card
    for name, text, key, callback, keywords in (
        ("search", "Search the directory", "Ctrl+F", partial(pane.look_for, ""), "find contact"),
        ("who", "Ask who handles it", "Alt+W", pane.who.toggle, "desk route whom"),
        ("act", "Write, call or open", "", pane.act, "mail phone"),
        ("act_second", "Write, call or open the second way", "Ctrl+Return", partial(pane.act, 1), "mail phone"),
        ("copy", "Copy address", "Ctrl+C", pane.copy, "clipboard"),
        ("escalate", "Escalate here…", "Ctrl+E", pane.escalate, "executive matrix hand over"),
        ("review", "Record a profile review…", "Ctrl+Shift+R", pane.review, "quarterly organization"),
        ("privacy", "Record a privacy request…", "Ctrl+Shift+G", pane.privacy, "gdpr delete data"),
        ("correct", "Suggest a correction…", "Ctrl+Shift+E", pane.correct, "wrong contact"),
    ):
        actions.register(f"directory.{name}", text, key, callback, pane, section=SECTION, keywords=keywords)
    pane.view.addActions([actions.action(f"directory.{name}") for name in ("act", "copy", "escalate", "correct")])
    for name, text, key, callback in (
        ("back", "Step back", "Escape", pane.step_back),
        ("card_down", "Scroll the card down", "Ctrl+Down", partial(card.scroll_by_half, 1)),
        ("card_up", "Scroll the card up", "Ctrl+Up", partial(card.scroll_by_half, -1)),
    ):
        actions.register(f"directory.{name}", text, key, callback, pane, section=SECTION, hidden=True)
    switches = (
        ("all", "Show the whole directory", "Alt+A", partial(filters.put, Filters())),
        ("emergency", "Only emergency contacts", "Alt+U", partial(filters.toggle_who, "emergency")),
        ("open", "Only who is open now", "Alt+O", filters.toggle_open),
        ("region", "Only one region…", "Alt+R", filters.ask_region),
        ("method", "Only one method…", "Alt+M", filters.ask_method),
        ("people", "Only people", "Alt+P", partial(filters.toggle_who, "people")),
        ("organizations", "Only organizations", "Alt+G", partial(filters.toggle_who, "organizations")),
    )
    for name, text, key, callback in switches:
        actions.register(f"directory.{name}", text, key, callback, pane, section=SECTION)
    filters.hint({name: key for name, _text, key, _callback in switches})
