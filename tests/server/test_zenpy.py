"""An independent client of the real service drives this server and notices no difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Organization, SatisfactionRating, Ticket, User
from zenpy.lib.exception import APIException, RecordNotFoundException

from agentconsole.server.database import Database
from agentconsole.server.embedded import EmbeddedServer
from agentconsole.server.settings import ServerSettings
from tests.support.account import ACME, ADA, BEN, DAN, EVE


@pytest.fixture
def address(loaded: Database) -> Iterator[str]:
    with EmbeddedServer(loaded, ServerSettings()) as server:
        yield server.address


@pytest.fixture
def zenpy(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Signed in as the admin."""
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", address.removeprefix("http://"))
    with requests.Session() as session:
        yield Zenpy(subdomain="desk", email="ada@desk.example", token="ada-token", session=session, disable_cache=True)


def new_ticket(zenpy: Any, subject: str = "Payments fail", **more: Any) -> Any:
    return zenpy.tickets.create(Ticket(subject=subject, comment=Comment(body="Every card is refused."), **more)).ticket


def test_who_am_i(zenpy: Any) -> None:
    me = zenpy.users.me()
    assert (me.id, me.email, me.role) == (ADA, "ada@desk.example", "admin")


def test_tickets(zenpy: Any) -> None:
    assert sorted(ticket.id for ticket in zenpy.tickets()) == [1, 2, 3]
    ticket = zenpy.tickets(id=2)
    assert (ticket.subject, ticket.status, ticket.priority) == (
        "Certificate übermorgen abgelaufen",
        "pending",
        "normal",
    )
    assert ticket.requester.name == "Ève Ünal"
    assert ticket.assignee.id == BEN
    assert ticket.created_at == "2026-11-16T08:00:00Z"
    assert [each.id for each in zenpy.tickets(ids=[1, 3])] == [1, 3]
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=999)


def test_comments_with_attachments(zenpy: Any) -> None:
    comments = list(zenpy.tickets.comments(ticket=2))
    assert [comment.body for comment in comments] == ["Our certificate ends soon.", "Which name is on it?"]
    assert comments[1].author.id == BEN
    attachment = comments[1].attachments[0]
    assert (attachment.file_name, attachment.size) == ("how.txt", 12)
    assert requests.get(attachment.content_url, timeout=10).content == b"openssl x509"


def test_users(zenpy: Any) -> None:
    assert {user.id for user in zenpy.users()} == {ADA, BEN, 103, DAN, EVE}
    assert zenpy.users(id=DAN).organization.name == "Acme"
    assert {user.id for user in zenpy.users(role="agent")} == {BEN, 103}
    created = zenpy.users.create(User(name="Fay Frost", email="fay@acme.example", organization_id=ACME))
    assert zenpy.users(id=created.id).email == "fay@acme.example"


def test_organizations(zenpy: Any) -> None:
    assert {each.name for each in zenpy.organizations()} == {"Acme", "Bolt"}
    acme = zenpy.organizations(id=ACME)
    assert acme.organization_fields["tier"] == "platinum"
    assert [ticket.id for ticket in zenpy.tickets.organizations(acme)] == [1, 3]
    acme.notes = "Call before noon."
    zenpy.organizations.update(acme)
    assert zenpy.organizations(id=ACME).notes == "Call before noon."
    created = zenpy.organizations.create(Organization(name="Cord"))
    assert zenpy.organizations(id=created.id).name == "Cord"


def test_groups(zenpy: Any) -> None:
    assert {group.name for group in zenpy.groups()} == {"Front desk", "Back office"}
    assert {(each.user_id, each.group_id) for each in zenpy.group_memberships()} == {(ADA, 11), (BEN, 11), (BEN, 12)}


def test_search(zenpy: Any) -> None:
    found = zenpy.search(type="ticket", status_less_than="solved")
    assert {ticket.id for ticket in found} == {1, 2}
    assert {type(each).__name__ for each in zenpy.search("acme")} == {"Organization", "User"}
    dated = zenpy.search(
        type="ticket", created_between=[datetime(2026, 11, 15, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)]
    )
    assert {ticket.id for ticket in dated} == {1, 2}
    exported = zenpy.search_export("status<=solved", type="ticket")
    assert [ticket.id for ticket in exported] == [3, 2, 1]


def test_the_ticket_export_tells_deletions_and_goes_on_from_its_cursor(zenpy: Any) -> None:
    export = zenpy.tickets.incremental(start_time=0)
    assert {ticket.id: ticket.status for ticket in export} == {1: "open", 2: "pending", 3: "solved", 4: "deleted"}
    cursor = export.after_cursor
    new = new_ticket(zenpy)
    assert [ticket.id for ticket in zenpy.tickets.incremental(cursor=cursor)] == [new.id]


def test_the_user_export(zenpy: Any) -> None:
    assert {user.id for user in zenpy.users.incremental(start_time=0)} >= {ADA, BEN, DAN, EVE}


def test_exports_by_time(zenpy: Any) -> None:
    assert {each.name for each in zenpy.organizations.incremental(start_time=0)} == {"Acme", "Bolt"}
    events = list(zenpy.tickets.events(start_time=0, include="comment_events"))
    bodies = [
        child.get("body") for event in events for child in event.child_events if child.get("event_type") == "Comment"
    ]
    assert "We sent a new invoice." in bodies


def test_views(zenpy: Any) -> None:
    assert [view.title for view in zenpy.views()] == ["All unsolved", "Mine"]
    assert [ticket.id for ticket in zenpy.views.tickets(61)] == [1, 2]
    assert zenpy.views.count(61).value == 2
    assert zenpy.views.execute(61).id == 61


def test_macros_and_what_they_would_do(zenpy: Any) -> None:
    assert [macro.title for macro in zenpy.macros()] == ["Ask for logs", "Take it"]
    assert zenpy.macros.apply(52).ticket.assignee_id == ADA
    effect = zenpy.tickets.show_macro_effect(1, 51)
    assert effect.ticket.status == "pending"
    assert effect.ticket.comment.body == "Hello Dan Dahl, please send the log."
    assert zenpy.tickets(id=1).status == "open"
    zenpy.tickets.update(effect.ticket)
    assert zenpy.tickets(id=1).status == "pending"
    assert list(zenpy.tickets.comments(ticket=1))[-1].body == "Hello Dan Dahl, please send the log."


def test_create(zenpy: Any) -> None:
    audit = zenpy.tickets.create(
        Ticket(
            subject="Payments fail",
            comment=Comment(body="Every card is refused."),
            requester=User(name="Gus Gray", email="gus@acme.example"),
            tags=["checkout"],
            priority="urgent",
        )
    )
    assert type(audit).__name__ == "TicketAudit"
    ticket = zenpy.tickets(id=audit.ticket.id)
    assert (ticket.subject, ticket.status, ticket.priority, ticket.tags) == (
        "Payments fail",
        "new",
        "urgent",
        ["checkout"],
    )
    assert ticket.requester.email == "gus@acme.example"
    assert ticket.description == "Every card is refused."


def test_update(zenpy: Any) -> None:
    ticket = zenpy.tickets(id=1)
    ticket.status, ticket.priority = "pending", "urgent"
    ticket.comment = Comment(body="We are on it.", public=True)
    audit = zenpy.tickets.update(ticket)
    kinds = {event["type"] if isinstance(event, dict) else event.type for event in audit.audit.events}
    assert kinds >= {"Comment", "Change"}
    again = zenpy.tickets(id=1)
    assert (again.status, again.priority) == ("pending", "urgent")
    assert [comment.public for comment in zenpy.tickets.comments(ticket=1)] == [True, True]
    assert [type(each).__name__ for each in zenpy.tickets.audits(ticket=1)] == ["Audit", "Audit"]


def test_tags(zenpy: Any) -> None:
    zenpy.tickets.add_tags(1, ["refund"])
    assert zenpy.tickets(id=1).tags == ["checkout", "refund", "vip"]
    zenpy.tickets.delete_tags(1, ["checkout", "vip"])
    assert zenpy.tickets(id=1).tags == ["refund"]
    zenpy.tickets.set_tags(1, ["one", "two"])
    assert zenpy.tickets(id=1).tags == ["one", "two"]


def test_a_file_is_uploaded_and_attached(zenpy: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"503 Service Unavailable")
    upload = zenpy.attachments.upload(str(path), target_name="log.txt", content_type="text/plain")
    ticket = zenpy.tickets(id=1)
    ticket.comment = Comment(body="The log.", uploads=[upload.token])
    zenpy.tickets.update(ticket)
    attachment = list(zenpy.tickets.comments(ticket=1))[-1].attachments[0]
    assert (attachment.file_name, attachment.content_type) == ("log.txt", "text/plain")
    assert zenpy.attachments.download(attachment.id).getvalue() == b"503 Service Unavailable"


def test_merge(zenpy: Any) -> None:
    source = new_ticket(zenpy, "The same again")
    job = zenpy.tickets.merge(target=1, source=[source.id], target_comment="Merged.", source_comment="See the other.")
    assert (job.status, zenpy.job_status(id=job.id).status) == ("completed", "completed")
    assert zenpy.tickets(id=source.id).status == "closed"
    assert list(zenpy.tickets.comments(ticket=1))[-1].body == "Merged."


def test_satisfaction_ratings(zenpy: Any) -> None:
    assert [(each.ticket_id, each.score) for each in zenpy.satisfaction_ratings()] == [(3, "good")]
    ticket = new_ticket(zenpy, status="solved")
    rating = zenpy.satisfaction_ratings.create(ticket.id, SatisfactionRating(score="bad", comment="Slow"))
    assert (rating.score, rating.comment) == ("bad", "Slow")
    assert zenpy.tickets(id=ticket.id).satisfaction_rating.score == "bad"
    with pytest.raises(APIException):
        zenpy.satisfaction_ratings.create(2, SatisfactionRating(score="good"))


def test_many_at_once_is_a_job(zenpy: Any) -> None:
    tickets = list(zenpy.tickets(ids=[1, 2]))
    for ticket in tickets:
        ticket.priority = "urgent"
    job = zenpy.tickets.update(tickets)
    status = zenpy.job_status(id=job.id)
    assert (status.status, status.total, status.progress) == ("completed", 2, 2)
    assert {ticket.priority for ticket in zenpy.tickets(ids=[1, 2])} == {"urgent"}
    created = zenpy.tickets.create([Ticket(subject=name, comment=Comment(body=name)) for name in ("one", "two")])
    assert len(zenpy.job_status(id=created.id).results) == 2


def test_delete_and_restore(zenpy: Any) -> None:
    zenpy.tickets.delete(zenpy.tickets(id=1))
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=1)
    assert {each.id for each in zenpy.tickets.deleted()} == {1, 4}
    zenpy.tickets.restore(1)
    assert zenpy.tickets(id=1).subject == "Checkout is down"


def test_policies_and_fields(zenpy: Any) -> None:
    assert [policy.title for policy in zenpy.sla_policies()] == ["Platinum", "Everyone"]
    assert [field.title for field in zenpy.ticket_fields()] == ["Area"]


def test_articles(zenpy: Any) -> None:
    assert [article.title for article in zenpy.help_center.articles()] == ["How DNS records travel"]


def test_a_wrong_token_is_said_so(zenpy: Any) -> None:
    with requests.Session() as session, pytest.raises(APIException) as refusal:
        Zenpy(subdomain="desk", email="ada@desk.example", token="wrong", session=session).users.me()
    assert refusal.value.response.status_code == 401
