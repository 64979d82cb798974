"""What to do when nobody answers, and asking how satisfied the requester is."""

from __future__ import annotations

from agentconsole.domain.commands import FieldValue
from agentconsole.domain.instant import DAY
from agentconsole.domain.values import Status
from agentconsole.packs.model import FollowUp
from agentconsole.packs.standing import Standing
from agentconsole.triage.case import Case, Texts, ground_of
from agentconsole.triage.values import Effect, Proposal

_WEIGHT = 45
_SURVEY_WEIGHT = 20
_UNASKED = (None, "", "unoffered")


def follow_up(case: Case, standing: Standing, texts: Texts) -> Proposal | None:
    """Return the gravest follow-up that is due: so many days in its status without a word from whom it waits for.

    Days are counted from the last public words of the other side, around the clock.
    """
    due = [(rule, since) for rule in standing.pack.follow_ups if (since := _days_waiting(case, rule)) >= rule.days]
    if not due or case.is_closed:
        return None
    rule, since = max(due, key=lambda one: one[0].days)
    pack = standing.pack
    template = next((one for one in pack.templates if one.id == rule.template), None)
    values: dict[str, FieldValue] = {}
    if rule.set_status and rule.set_status not in ("closed", str(case.ticket.status)):
        values["status"] = rule.set_status
    whom = "the requester" if rule.waits_for == "requester" else "us"
    why = f"{since} {'day' if since == 1 else 'days'} without a word from {whom}."
    if template is not None:
        # the status is for whoever sends the reply: set now, it would be there before the words
        effect, title = Effect(draft=texts.template(template.id), draft_public=template.public), template.title
        why += f" Then set the status to {rule.set_status}." if values else ""
    else:
        effect, title = Effect(values=values), f"Set the status to {rule.set_status}" if values else rule.text
    return Proposal(
        key=f"{pack.pack.id}:follow_up:{rule.id}",
        kind="follow_up",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title=title,
        why=why,
        quote=rule.text,
        source=rule.source,
        assumed=rule.assumed,
        effect=effect,
        ground=ground_of(rule.id, str(_last_word(case))),
        weight=_WEIGHT,
    )


def ask_for_rating(case: Case, standing: Standing, texts: Texts) -> Proposal | None:
    """Return the proposal to ask for a rating of a solved ticket that nobody was asked about yet."""
    survey, ticket = standing.pack.survey, case.ticket
    if survey is None or not survey.template or ticket.status is not Status.SOLVED:
        return None
    tag = asked_tag(standing)
    waited = (case.now - ticket.updated_at) // DAY
    if ticket.satisfaction not in _UNASKED or tag in ticket.tags or waited < survey.after_days:
        return None
    pack = standing.pack
    return Proposal(
        key=f"{pack.pack.id}:survey:rating",
        kind="survey",
        pack=pack.pack.id,
        pack_title=pack.pack.title,
        title="Ask how satisfied they are",
        why="The ticket is solved and has no rating.",
        quote=survey.text,
        source=survey.source,
        assumed=survey.assumed,
        effect=Effect(draft=texts.template(survey.template), add_tags=(tag,)),
        ground=ground_of("rating"),
        weight=_SURVEY_WEIGHT,
    )


def asked_tag(standing: Standing) -> str:
    """Return the tag of a ticket whose requester was asked for a rating."""
    return f"{standing.pack.pack.id}_survey_asked".replace("-", "_")


def _last_word(case: Case) -> int:
    public = [comment.created_at for comment in case.ticket.comments if comment.public]
    return public[-1] if public else case.ticket.created_at


def _days_waiting(case: Case, rule: FollowUp) -> int:
    """Whole days since the other side spoke last, -1 while *rule* does not wait."""
    status = "open" if case.ticket.status is Status.NEW else str(case.ticket.status)
    public = [comment for comment in case.ticket.comments if comment.public]
    if status != rule.status or not public:
        return -1
    last = public[-1]
    waits_for_us = last.by_requester
    if waits_for_us is not (rule.waits_for == "agent"):
        return -1
    return (case.now - last.created_at) // DAY
