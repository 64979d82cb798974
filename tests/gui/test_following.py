"""Addresses that are followed in the window, and what is kept while there is none."""

from __future__ import annotations

from agentconsole.errand import Errand


def test_an_errand_waits_until_there_is_a_window() -> None:
    shown: list[str] = []
    errand = Errand("support:ticket/1")
    errand.can_be_shown(shown.append)
    assert shown == ["support:ticket/1"]
    errand.ask("support:ticket/2")
    errand.ask("")
    assert shown == ["support:ticket/1", "support:ticket/2"]
    errand.wait()
    errand.ask("support:ticket/3")
    errand.ask("support:ticket/4")
    assert shown[2:] == []
    # only the last one: nobody wants to see a queue of windows
    errand.can_be_shown(shown.append)
    errand.can_be_shown(shown.append)
    assert shown[2:] == ["support:ticket/4"]
