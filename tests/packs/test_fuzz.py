"""Whatever is done to a pack's file, reading it ends in a pack or in mistakes that name a line of the file."""

from __future__ import annotations

import tomllib
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.packs.loading import pack_from
from agentconsole.packs.mistakes import Mistake, PackProblem
from agentconsole.packs.model import Pack
from agentconsole.packs.rules import faults_between
from tests.packs.good_pack import GOOD

_LINES = GOOD.splitlines(keepends=True)
_SIGNS = ["[", "]", "[[", '"', "'''", '"""', "=", "{", "}", "#", ",", "\\", "*", "1e9", "nan", "inf", "true"]
_TABLES = ("\n", "[[x]]\n", "a.b.c = 1\n", "pack.id = 1\n", "[levels.x]\n", "[[pin]]\n")
_TIMES = ("x = 07:32:00\n", "x = 1979-05-27T07:32:00Z\n")
_BITS = st.one_of(st.text(max_size=12), st.sampled_from((*_SIGNS, *_TABLES, *_TIMES)))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), _BITS), min_size=1, max_size=4))
def test_text_cut_out_and_put_in(edits: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, bit in edits:
        text = text[:at] + bit + text[at + length :]
    judge(text.encode("utf-8", errors="surrogatepass"))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(0, len(_LINES) - 1), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_lines_dropped_doubled_and_moved(numbers: list[int], random: Any) -> None:
    lines = list(_LINES)
    for number in numbers:
        line = lines[min(number, len(lines) - 1)]
        match random.choice(("drop", "double", "move")):
            case "drop":
                lines.remove(line)
            case "double":
                lines.insert(random.randrange(len(lines)), line)
            case _:
                lines.remove(line)
                lines.insert(random.randrange(len(lines)), line)
    judge("".join(lines).encode())


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=40), st.integers(0, len(GOOD)))
def test_bytes_of_any_kind(data: bytes, at: int) -> None:
    judge(GOOD[:at].encode() + data + GOOD[at:].encode())


def judge(data: bytes) -> None:
    """Read *data*: a pack that is right, or mistakes that a person can find."""
    mistakes: tuple[Mistake, ...] = ()
    try:
        pack = pack_from(data, "fuzzed.toml")
    except PackProblem as problem:
        mistakes = problem.mistakes
    if not mistakes:
        assert not list(faults_between(pack))
        assert msgspec.convert(tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n")), Pack) == pack
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(pack), type=Pack) == pack
    for mistake in mistakes:
        assert 0 <= mistake.line <= data.count(b"\n") + 1
        assert mistake.message
        assert mistake.remedy
        assert "\n" not in str(mistake)
