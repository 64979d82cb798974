"""Enums that are made quickly are those that Python makes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agentconsole import quick_enums

_COMPARE = """
import copy, enum, pickle, sys
slow, slowly = vars(enum.EnumType)["_create_"], []
def counted(cls, name, names, **more):
    slowly.append(name)
    return slow(cls, name, names, **more)
counted.__module__ = "enum"
enum.EnumType._create_ = counted
from agentconsole.quick_enums import complete_enums, quicken_enums
quicken_enums()
quick = vars(enum.EnumType)["_create_"]
assert quick is not slow
quicken_enums()
assert vars(enum.EnumType)["_create_"] is quick

asked = []
def both(cls, name, names, **more):
    names = list(names)
    made = quick(cls, name, names, **more)
    asked.append((made, slow(cls, name, names, **more)))
    return made
enum.EnumType._create_ = both

from agentconsole.quick_qt import import_qt
import_qt()
import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, PySide6.QtNetwork, PySide6.QtSvg, PySide6.QtPrintSupport
for module in (each for name, each in list(sys.modules.items()) if name.startswith("PySide6.Qt")):
    for name in dir(module):
        getattr(module, name)
enum.EnumType._create_ = quick
waiting = sum(type(made) is not enum.EnumType for made, theirs in asked)
complete_enums()

for made, theirs in asked:
    for added in {"_missing_", "__add__", "__radd__"} & set(vars(made)):  # by PySide6, afterwards
        setattr(theirs, added, vars(made)[added])
    enum._test_simple_enum(theirs, made)
    assert list(made.__members__) == list(theirs.__members__), made
    assert [(each.name, each.value) for each in made] == [(each.name, each.value) for each in theirs], made
    assert made.__mro__[1:] == theirs.__mro__[1:] and type(made) is type(theirs)
    assert {key for key in vars(made) if not key.startswith("__")} == {
        key for key in vars(theirs) if not key.startswith("__")}, made
    for name, member in made.__members__.items():
        twin = theirs[name]
        assert (member.value, member.name, str(member), repr(member), format(member)) == (
            twin.value, twin.name, str(twin), repr(twin), format(twin))
        assert getattr(made, name) is member and made(member.value) is made(member.value)
        assert isinstance(member, int) is isinstance(twin, int)
    if issubclass(made, enum.Flag) and len(made):
        for one in list(made)[:4]:
            for other in list(made)[:4]:
                joined = one.value | other.value
                assert repr(made(joined)) == repr(theirs(joined))
                assert [each.value for each in made(joined)] == [each.value for each in theirs(joined)]
                assert repr(made(joined) & ~other) == repr(theirs(joined) & ~theirs(other.value))
from PySide6.QtCore import Qt
for member in (Qt.Key.Key_A, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, Qt.CheckState.Checked):
    assert pickle.loads(pickle.dumps(member)) == member
    assert copy.deepcopy(member) is member
print(len(asked), len(slowly), waiting)
"""


@pytest.mark.skipif(sys.version_info[:3] not in quick_enums.KNOWN, reason="other Pythons make their enums themselves")
def test_every_enum_of_qt_is_the_one_that_python_makes() -> None:
    done = subprocess.run([sys.executable, "-c", _COMPARE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made, slowly, waiting = map(int, done.stdout.split())
    assert made > 500
    assert slowly < 30
    assert waiting > 300


_FIRST_QUESTIONS = """
import enum
from agentconsole import quick_enums
quick_enums.quicken_enums()
plain = [("ONE", 1), ("TWO", 2), ("ALSO", 2), ("BOTH", 3)]
questions = (
    lambda made: made.TWO.name, lambda made: made["TWO"].value, lambda made: made(2).name, lambda made: made.ALSO.name,
    lambda made: [each.name for each in made], lambda made: len(made), lambda made: list(made.__members__),
    lambda made: 7 in made, lambda made: [each.name for each in reversed(made)], lambda made: repr(made),
    lambda made: dir(made), lambda made: getattr(made, "NONE", "lacking"), lambda made: bool(made),
    lambda made: made.TWO in made, lambda made: hash(made.TWO) == hash(made(2)), lambda made: repr(made.BOTH),
    lambda made: repr(made.ONE | made.TWO), lambda made: made(9),
)
def said(question, made):
    try:
        return question(made)
    except Exception as error:
        return type(error)
for kind in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag):
    for question in questions:
        first = kind("Some", plain)
        assert type(first) is not enum.EnumType, "its members wait"
        words = "ONE TWO ALSO BOTH".split()
        python = kind("Some", dict(zip(words, (1, 2, 2, 3))))  # a form that is left to Python
        assert type(python) is enum.EnumType
        assert repr(said(question, first)) == repr(said(question, python)), (kind, said(question, first))
waits = enum.Enum("Waits", plain)
quick_enums.complete_enums()
assert type(waits) is enum.EnumType and list(vars(waits)["_member_map_"]) == words
assert type(enum.Enum("Late", plain)) is enum.EnumType, "from now on they come with their members"
"""


@pytest.mark.skipif(sys.version_info[:3] not in quick_enums.KNOWN, reason="other Pythons make their enums themselves")
def test_whatever_is_asked_first_of_an_enum_without_members_they_are_there() -> None:
    done = subprocess.run([sys.executable, "-c", _FIRST_QUESTIONS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


_OTHERS = """
import enum
from agentconsole.quick_enums import quicken_enums
quicken_enums()
class Mixed(int, enum.Enum):
    def half(self): return self / 2
assert Mixed("Sub", {"A": 4}).A.half() == 2
assert enum.Enum("Words", "one two").two.value == 2
assert enum.Enum("Texts", [("one", "1")]).one.value == "1"
assert enum.IntEnum("Twins", [("one", 1), ("also", 1)]).also.name == "one"
assert enum.Enum("Named", [("name", 1), ("b", 2)]).b.name == "b"
assert enum.Enum("Pairs", ["ab", "cd"]).cd.value == 2
assert not len(enum.Enum("Empty", []))
assert enum.Enum("Flowing", ((name, 1) for name in "ab")).b.name == "a"
try:
    enum.Enum("Twice", [("a", 1), ("a", 2)])
except TypeError: pass
else: raise AssertionError("a name was taken twice")
assert enum.Enum("Here", [("a", 1)]).__module__ == "__main__"
assert enum.Enum("There", [("a", 1)], module="there").__module__ == "there"
try:
    enum.Flag("Strict", [("A", 1)], boundary=enum.STRICT)(8)
except ValueError: pass
else: raise AssertionError("a flag without a name was taken")
try:
    enum.Enum("Plain", [("A", 1)])(8)
except ValueError as error: assert "8 is not a valid" in str(error)
else: raise AssertionError("a value without a name was taken")
"""


def test_other_enums_are_made_as_ever() -> None:
    done = subprocess.run([sys.executable, "-c", _OTHERS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
