"""Which tickets an agent asks for, and the language they ask in.

``status:open tier:platinum sla<2h assignee:me refund -tag:vip priority>=high group:"Tier 1" "exact words" #1234``

Terms stand side by side and all must hold; ``-`` before one turns it round; several values, separated by commas, mean
any of them, and so do terms with ``OR`` between them, which binds closer than standing side by side. What is no term is
a word to be found in the subject or in any comment. Nothing here reads a clock: ages and time left stay durations until
somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from agentconsole.domain.instant import DAY, HOUR, MINUTE, SECOND
from agentconsole.domain.once import late_pattern
from agentconsole.domain.values import Priority, Status


class QueueQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets, in which order. ``view`` is a ViewItem's key; ``text`` narrows it further.

    ``sort``: one of "sla", "priority", "id", "subject", "requester", "organization", "group", "assignee", "status",
    "channel", "updated", "created". None: the view's own order, or relevance while there are free words.
    """

    view: str = "all-open"
    text: str = ""
    sort: str | None = None
    descending: bool = False


class QueryProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a query and where: ``start`` and ``end`` are offsets in the text."""

    message: str
    start: int
    end: int


class Word(Struct, frozen=True):
    """A word, or several in a row, of the subject or of a comment. ``unfinished``: may be the beginning of a word."""

    text: str
    unfinished: bool = False
    negated: bool = False


class Number(Struct, frozen=True):
    """A ticket by the help desk's number."""

    ref: str
    negated: bool = False


class Span(Struct, frozen=True):
    """A length of time in microseconds."""

    length: int


Value: TypeAlias = str | Span | date


class Condition(Struct, frozen=True):
    """A field compared with values, any of which may fit. ``operator`` is one of ``= < > <= >=``."""

    field: str
    operator: str
    values: tuple[Value, ...]
    negated: bool = False


class AnyOf(Struct, frozen=True):
    """Terms of which at least one must hold; each may be negated, the whole is not."""

    terms: tuple[Word | Number | Condition, ...]
    negated: bool = False


Term: TypeAlias = Word | Number | Condition | AnyOf


class ParsedQuery(Struct, frozen=True):
    """The terms that could be read, and what is wrong with the others."""

    terms: tuple[Term, ...]
    problems: tuple[QueryProblem, ...]


class _Problem(Exception):
    """A value that does not fit; the message is for a person."""


_duration_pattern = late_pattern(r"(\d+(?:\.\d+)?)(s|min|m|h|d|w)")
_UNITS = {"s": SECOND, "m": MINUTE, "min": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def _span(text: str) -> Span:
    parts = _duration_pattern().findall(text.lower())
    if not parts or "".join(number + unit for number, unit in parts) != text.lower():
        raise _Problem(f"“{text}” is no length of time: write 30m, 2h or 3d")
    length = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if length > 36_500 * DAY:
        raise _Problem(f"“{text}” is too long")
    return Span(int(length))


def _span_or_day(text: str) -> Value:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if text.lower() in ("today", "yesterday"):
        return text.lower()
    if re.match(r"\d{4}-", text):
        raise _Problem(f"“{text}” is no date: write it as 2026-01-31")
    return _span(text)


def _one_of(*choices: str) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        lowered = text.lower()
        if lowered in choices:
            return lowered
        raise _Problem(f"“{text}” is not possible here: {', '.join(choices)}")

    return read


def _sla(text: str) -> Value:
    if text.lower() in SLA_WORDS:
        return text.lower()
    if text[:1].isdigit():
        return _span(text)
    raise _Problem(f"“{text}” is not possible here: {', '.join(SLA_WORDS)}, or a time as in sla<2h")


def _text(text: str) -> Value:
    return text


SLA_WORDS = ("breached", "running", "paused", "met", "none")
HAS_WORDS = ("attachment", "draft", "target")
IS_WORDS = ("unread", "unassigned", "unsent", "unsolved", "solved", "mine", "breached")
PRIORITY_WORDS = (*(str(priority) for priority in Priority), "none")
STATUS_WORDS = tuple(str(status) for status in Status)
DAY_WORDS = ("today", "yesterday")

_ORDERED = (":", "=", "<", ">", "<=", ">=")
_EQUAL = (":", "=")
_FIELDS: dict[str, tuple[tuple[str, ...], Callable[[str], Value]]] = {
    "status": (_EQUAL, _one_of(*STATUS_WORDS)),
    "priority": (_ORDERED, _one_of(*PRIORITY_WORDS)),
    "sla": (_ORDERED, _sla),
    "assignee": (_EQUAL, _text),
    "requester": (_EQUAL, _text),
    "group": (_EQUAL, _text),
    "org": (_EQUAL, _text),
    "tier": (_EQUAL, _text),
    "plan": (_EQUAL, _text),
    "tag": (_EQUAL, _text),
    "type": (_EQUAL, _text),
    "channel": (_EQUAL, _text),
    "subject": (_EQUAL, _text),
    "created": (_ORDERED, _span_or_day),
    "updated": (_ORDERED, _span_or_day),
    "due": (_ORDERED, _span_or_day),
    "has": (_EQUAL, _one_of(*HAS_WORDS)),
    "is": (_EQUAL, _one_of(*IS_WORDS)),
    "id": (_EQUAL, _text),
}
FIELDS = tuple(_FIELDS)
"""The names of fields that a query can compare."""

_ALIASES = {"organization": "org", "organisation": "org", "company": "org", "tags": "tag", "prio": "priority"}

_field_pattern = late_pattern(r"([A-Za-z]+)(<=|>=|:|=|<|>)")
_value_pattern = late_pattern(r'"([^"]*)"?|([^\s,"]+)')
_token_pattern = late_pattern(r"\S+")
_OR, _AND = "OR", "AND"
_NO_FIELD = ("/", "\\", ":")
"""What follows the colon of an address, of a path or of a name in code: those are text to be found."""
_number_pattern = late_pattern(r"#([A-Za-z0-9][\w-]*)(?=\s|$)")


def parse(text: str) -> ParsedQuery:
    """Read a query. Never raises: what makes no sense becomes a problem, and the rest still counts."""
    # half a letter, as a cut surrogate pair leaves it, can be neither stored nor found
    return _Parser(text.encode("utf-8", "replace").decode()).parsed()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._terms: list[Word | Number | Condition] = []
        self._joined: list[int] = []  # how many terms there were before each OR
        self._problems: list[QueryProblem] = []

    def parsed(self) -> ParsedQuery:
        text = self._text
        while True:
            while self._at < len(text) and text[self._at].isspace():
                self._at += 1
            if self._at >= len(text):
                break
            token = _token_pattern().match(text, self._at)
            if token and (token[0] == _OR or (token[0] == _AND and self._began)):
                self._connective(token)
            else:
                self._term()
        self._tell_of_nothing()
        return ParsedQuery(self._grouped(), tuple(self._problems))

    def _connective(self, token: re.Match[str]) -> None:
        """Note an OR between two terms; AND is what standing side by side means anyway."""
        is_first = not self._began
        self._at = token.end()
        if token[0] == _AND:
            return
        follows = _token_pattern().search(self._text, token.end())
        if is_first or follows is None or follows[0] in (_OR, _AND):
            example = 'OR stands between two things, as in refund OR credit; quote it to find the word itself: "or"'
            self._tell(example, token.start(), token.end())
        else:
            self._joined.append(len(self._terms))

    def _grouped(self) -> tuple[Term, ...]:
        """Return the terms, those that OR joins as one."""
        groups: list[list[Word | Number | Condition]] = []
        for number, term in enumerate(self._terms):
            if number and number in self._joined:
                groups[-1].append(term)
            else:
                groups.append([term])
        return tuple(group[0] if len(group) == 1 else AnyOf(tuple(group)) for group in groups)

    def _tell_of_nothing(self) -> None:
        """Signs alone can't be looked up, and would leave every ticket; beside other terms they do no harm."""
        if self._problems or not self._began:
            return
        if all(isinstance(term, Word) and not any(map(str.isalnum, term.text)) for term in self._terms):
            text = self._text.strip()
            start = self._text.find(text)
            words = f"“{text}” has no letter and no digit: signs alone can't be searched for"
            self._tell(words, start, start + len(text))

    def _tell(self, message: str, start: int, end: int) -> None:
        self._problems.append(QueryProblem(message=message, start=start, end=end))

    @property
    def _began(self) -> bool:
        """Whether anything but blanks was read."""
        return bool(self._text[: self._at].strip())

    def _term(self) -> None:
        text, start = self._text, self._at
        negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
        at = start + negated
        if text[at] == '"':
            self._phrase(at, negated)
        elif number := _number_pattern().match(text, at):
            self._terms.append(Number(number[1], negated))
            self._at = number.end()
        elif (field := _field_pattern().match(text, at)) and self._is_field(field, start):
            self._condition(field, start, negated)
        else:
            self._word(at, negated)

    def _phrase(self, at: int, negated: bool) -> None:
        end = self._text.find('"', at + 1)
        closed = end >= 0
        words = self._text[at + 1 : end if closed else len(self._text)]
        self._at = end + 1 if closed else len(self._text)
        if words.strip():
            self._terms.append(Word(words.strip(), not closed, negated))
        if not closed:
            self._tell(_UNCLOSED, at, len(self._text))

    def _word(self, at: int, negated: bool) -> None:
        token = _token_pattern().match(self._text, at)
        assert token is not None
        self._at = token.end()
        bracketed = _field_pattern().match(token[0].lstrip("("))
        if token[0][0] == "(" and bracketed and _name(bracketed) in _FIELDS:
            words = "Brackets are not read here: OR joins the two terms beside it, everything else must hold as well"
            self._tell(words, at, token.end())
            return
        self._terms.append(Word(token[0], token.end() == len(self._text), negated))

    def _is_field(self, field: re.Match[str], start: int) -> bool:
        """Whether what looks like a field is one; a field that there is not is told, other text is left to be searched.

        An address, a path and a comparison of two other things are text. So is a name without a value: "Re:".
        """
        if _name(field) in _FIELDS:
            return True
        follows = self._text[field.end() : field.end() + 1]
        if not follows.strip() or follows in _NO_FIELD:
            return False
        import difflib  # a slip is rare, and this costs a tenth of what painting the window does

        token = _token_pattern().match(self._text, start)
        assert token is not None
        close = difflib.get_close_matches(field[1].lower(), (*FIELDS, *_ALIASES), n=1, cutoff=0.75)
        if close:
            self._tell(
                f"There is no field “{field[1]}”. Did you mean {close[0]}{field[2]}?", token.start(), token.end()
            )
        elif field[2] == ":":
            quoted = token[0].removeprefix("-").replace('"', "")
            words = f'There is no field “{field[1]}”. To find the words themselves, quote them: "{quoted}"'
            self._tell(words, token.start(), token.end())
        return False

    def _condition(self, field: re.Match[str], start: int, negated: bool) -> None:
        name = _name(field)
        self._at = field.end()
        texts = self._values()
        if self._text.count('"', field.end(), self._at) % 2:
            self._tell(_UNCLOSED, field.end(), self._at)
        try:
            condition = _read_condition(name, field[2], texts)
        except _Problem as problem:
            self._tell(str(problem), start, self._at)
        else:
            self._terms.append(replace(condition, negated=negated))

    def _values(self) -> list[str]:
        values = []
        while value := _value_pattern().match(self._text, self._at):
            self._at = value.end()
            found = value[1] if value[1] is not None else value[2]
            if found.strip():
                values.append(found.strip())
            if self._text[self._at : self._at + 1] != ",":
                break
            self._at += 1
        return values


_UNCLOSED = "The quotation mark at the end is missing"


def _name(field: re.Match[str]) -> str:
    name = field[1].lower()
    return _ALIASES.get(name, name)


def _read_condition(name: str, operator: str, texts: list[str]) -> Condition:
    operators, read = _FIELDS[name]
    if operator not in operators:
        raise _Problem(f"{name} can't be compared with {operator}: write {name}:…")
    if not texts:
        raise _Problem(f"What should {name} be?")
    values = tuple(read(text) for text in texts)
    if operator in _EQUAL:
        if any(isinstance(value, Span) for value in values):
            raise _Problem(f"Write {name}< or {name}> before a length of time")
        return Condition(name, "=", values)
    if len(values) > 1:
        raise _Problem(f"{name}{operator} takes one value")
    if name == "sla" and not isinstance(values[0], Span):
        raise _Problem(f"Write sla:{values[0]}, or a length of time as in sla<2h")
    return Condition(name, operator, values)
