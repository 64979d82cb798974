"""What a macro would do."""

from __future__ import annotations

from agentconsole.domain.macros import effect
from agentconsole.domain.records import MacroRecord, PersonRecord
from agentconsole.domain.rows import Me, TicketDetail
from agentconsole.domain.values import Priority, Status

TICKET = TicketDetail(
    id=1,
    ref="1042",
    subject="Refund missing",
    status=Status.OPEN,
    native_status="",
    priority=Priority.NORMAL,
    type=None,
    channel="email",
    created_at=0,
    updated_at=0,
    due_at=None,
    requester=PersonRecord(ref="5", name="Ana María López", email="ana@example.org"),
    organization=None,
    tier="gold",
    plan="",
    assignee_ref=None,
    assignee="",
    group_ref=None,
    group="",
    tags=("old", "kept"),
    fields={},
    targets=(),
    comments=(),
    waiting=(),
)
ME = Me(ref="9", name="Kim Berg", email="kim@example.org", role="agent", profile="work")


def test_a_macro_says_what_it_would_change() -> None:
    macro = MacroRecord(
        ref="3",
        title="Take and ask",
        actions=(
            ("status", "pending"),
            ("assignee_id", "current_user"),
            ("custom_fields_77", "impact_high"),
            ("set_tags", "kept asked"),
            ("comment_value", ["channel:all", "Hello {{ticket.requester.first_name}}, about {{ticket.id}} {{odd}}"]),
            ("comment_mode_is_public", "true"),
            ("unheard_of", 1),
        ),
    )
    found = effect(macro, TICKET, ME)
    assert found.values == {"status": "pending", "assignee": "9", "field:77": "impact_high"}
    assert (found.add_tags, found.remove_tags) == (("asked", "kept"), ("old",))
    assert found.body == "Hello Ana, about 1042 {{odd}}"
    assert found.public is True


def test_a_macros_html_becomes_text() -> None:
    macro = MacroRecord(
        ref="3", title="t", actions=(("comment_value_html", "<p>One &amp; two</p><ul><li>three</li></ul>"),)
    )
    assert effect(macro, TICKET, ME).body == "One & two\n- three"
