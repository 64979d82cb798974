"""What was said in a ticket, and by whom.

Triage goes by the requester's own words: earlier mail that is repeated below, signatures, and pasted code or logs
say nothing about what they want or how they behave. Such parts are left out, and offsets stay those of the message.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from agentconsole.domain.quoting import split_quote
from agentconsole.domain.rows import CommentRow, TicketDetail
from agentconsole.domain.values import Ref

SUBJECT: Ref = "subject"
"""Stands where the ref of a comment would, for words of the subject."""

_LONGEST = 20_000
"""Characters of one message that are read: more is a pasted file, not somebody's words."""

_LONGEST_LINE = 400
"""Characters of a line that the pattern of code and logs is tried on: it looks back, and must not for long."""

_MOST_MESSAGES = 20

_FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_SIGNATURE = re.compile(r"^--[ ]?$|^_{2,}$", re.MULTILINE)
_SMALL_PRINT = re.compile(
    r"^\W{0,3}(?:confidential(?:ity)?(?: notice)?|disclaimer|legal notice|this (?:e-?mail|message) (?:and|is|may))\b",
    re.MULTILINE | re.IGNORECASE,
)
_MACHINE_LINE = re.compile(
    r"""^[ \t]*(?:
        \[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d            # a log's stamp
      | \[?\d\d:\d\d:\d\d
      | (?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE|NOTICE)\b\s*[:\]\[|-]
      | at\s[\w$.<>]+\(.*\)\s*$                     # a stack
      | Traceback\s\(most\srecent | File\s".*",\sline\s\d
      | Caused\sby:\s | (?:[a-z]+\.)+[A-Z]\w*(?:Exception|Error)\b
      | (?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s/\S* | HTTP/\d
      | [$#>]\s\w+.*                                # a shell
      | (?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER)\s.*\b(?:FROM|INTO|SET|TABLE|VALUES)\b
      | [{}\[\]()<>;,"']+\s*$ | "[\w.-]+"\s*:.*       # JSON
      | </?\w[^>]*>.*                               # mark-up
      | .*[{};]\s*$                                 # code
      | [\w.-]+\s*[=:]\s*\S*[{}\[\]<>/\\_]\S*\s*$    # a setting
    )""",
    re.VERBOSE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_MAIL_HEAD = re.compile(
    r"^[ \t]*(?:From|Von|De|Da|Van|От)[ \t]*:.{1,200}\n(?:.{0,200}\n){0,2}?[ \t]*"
    r"(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|Отправлено|To|An|À|Para|Aan)[ \t]*:",
    re.MULTILINE,
)


class Message(NamedTuple):
    """Words of one author, in one comment or the subject: ``body`` as written, ``own`` without what isn't theirs.

    ``own`` has the length of ``body``, or is cut where it is endless: what was left out is blank.
    """

    ref: Ref
    body: str
    own: str


class Reading:
    """A ticket as triage reads it.

    ``told`` are the messages that describe the problem: the requester's public words and the subject; where an agent
    opened the ticket for them, that agent's first words, too. ``spoken`` are the requester's own words only, oldest
    first, which their conduct is judged by. ``given`` are told messages with code and logs left in.
    """

    def __init__(self, ticket: TicketDetail) -> None:
        self.ticket = ticket
        first = ticket.comments[0] if ticket.comments else None
        by_requester = [comment for comment in ticket.comments if comment.by_requester and comment.public]
        telling = list(by_requester)
        if first is not None and not first.by_requester and first.by_agent and first.author_ref is not None:
            telling.insert(0, first)
        elif first is not None and first.key is not None and not by_requester:
            telling.insert(0, first)  # a ticket that this agent has just opened for somebody
        kept = telling[:1] + telling[1:][-(_MOST_MESSAGES - 1) :]
        subject = Message(SUBJECT, ticket.subject, ticket.subject[:_LONGEST])
        spoken = {id(comment) for comment in by_requester}
        self.told: list[Message] = [subject]
        self.given: list[Message] = [subject]
        self.spoken: list[Message] = [subject] if first is not None and first.by_requester else []
        self.comments: list[CommentRow] = kept
        for comment in kept:
            message = message_of(comment)
            self.told.append(message)
            self.given.append(Message(message.ref, comment.body, without_quotes(comment.body[:_LONGEST])))
            if id(comment) in spoken:
                self.spoken.append(message)

    @cached_property
    def latest(self) -> Message | None:
        """The newest words of the requester, None when there are none."""
        return self.spoken[-1] if self.spoken else None


def message_of(comment: CommentRow) -> Message:
    """What *comment*'s author said themselves."""
    return Message(comment.ref or comment.key or "", comment.body, own_words(comment.body[:_LONGEST]))


def own_words(body: str) -> str:
    """Return *body* with quotations, signature, small print, code and logs blanked; offsets stay as they are."""
    text = without_quotes(body)
    text = _FENCE.sub(_blanked, text)
    for end in (_SIGNATURE, _SMALL_PRINT):
        # a signature closes a message: what opens it is a heading or a rule of dashes
        found = next((match for match in end.finditer(text) if text[: match.start()].strip()), None)
        if found is not None:
            text = text[: found.start()] + _blank(text[found.start() :])
    return "\n".join(_blank(line) if _is_of_a_machine(line) else line for line in text.split("\n"))


def _is_of_a_machine(line: str) -> bool:
    """Whether *line* is code, a log or data. An endless one is when it has no gaps, and speech when it has."""
    if len(line) > _LONGEST_LINE:
        return " " not in line.strip()
    return _MACHINE_LINE.match(line) is not None


def without_quotes(body: str) -> str:
    """Return *body* with repeated earlier mail blanked; offsets stay as they are."""
    text = body
    written, quoted = split_quote(text)
    if quoted:
        text = written + _blank(text[len(written) :])
    head = _MAIL_HEAD.search(text)
    if head is not None and text[: head.start()].strip():
        text = text[: head.start()] + _blank(text[head.start() :])
    return _QUOTED_LINE.sub(_blanked, text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _blanked(match: re.Match[str]) -> str:
    return _blank(match[0])
