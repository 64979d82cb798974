"""Modules that are imported late are executed once, when something of them is asked for."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentconsole.late_imports import LateImports

NAMES = ("late_one", "late_two", "late_one.inner")


@pytest.fixture(autouse=True)
def finder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Modules of this test's own, found late."""
    finder = LateImports(frozenset(NAMES))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    yield
    for name in NAMES:
        sys.modules.pop(name, None)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    importlib.invalidate_caches()


def test_it_is_executed_by_the_first_use_and_only_then(tmp_path: Path) -> None:
    write(tmp_path, "late_one.py", f"with open({str(tmp_path / 'done')!r}, 'a') as done: done.write('x')\nvalue = 7\n")
    module = importlib.import_module("late_one")
    assert module.__name__ == "late_one"
    assert not (tmp_path / "done").exists()
    assert importlib.import_module("late_one") is module
    assert (module.value, module.value) == (7, 7)
    assert (tmp_path / "done").read_text() == "x"
    assert type(module) is type(sys)
    assert "value" in dir(module)


def test_what_it_lacks_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, "late_one.py", "value = 7\n")
    module = importlib.import_module("late_one")
    assert not hasattr(module, "__path__")
    assert not hasattr(module, "other")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("late_two")


def test_a_name_taken_from_it_executes_it(tmp_path: Path) -> None:
    write(tmp_path, "late_one.py", "value = 7\n")
    scope: dict[str, int] = {}
    exec("from late_one import value", scope)
    assert scope["value"] == 7
    exec("from late_one import *", scope)


def test_a_package_has_its_own_modules(tmp_path: Path) -> None:
    (tmp_path / "late_one").mkdir()
    write(tmp_path / "late_one", "__init__.py", "from late_one import inner\nwhole = inner.part + 1\n")
    write(tmp_path / "late_one", "inner.py", "part = 1\n")
    assert importlib.import_module("late_one").whole == 2


def test_a_module_that_fails_is_tried_again(tmp_path: Path) -> None:
    write(tmp_path, "late_one.py", f"with open({str(tmp_path / 'there')!r}) as there: value = there.read()\n")
    module = importlib.import_module("late_one")
    with pytest.raises(FileNotFoundError):
        _ = module.value
    (tmp_path / "there").write_text("now")
    assert module.value == "now"


def test_a_second_thread_waits_for_all_of_it(tmp_path: Path) -> None:
    """Python's own LazyLoader hands it what is there so far."""
    write(tmp_path, "late_one.py", "import late_two\nfirst = 1\nlate_two.meet()\nlast = 2\n")
    write(tmp_path, "late_two.py", "def meet(): ...\n")
    module, two = importlib.import_module("late_one"), importlib.import_module("late_two")
    amid, go_on = threading.Event(), threading.Event()

    def meet() -> None:
        amid.set()
        assert go_on.wait(10)

    assert callable(two.meet)
    vars(two)["meet"] = meet
    found: list[int] = []
    one = threading.Thread(target=lambda: found.append(module.first))
    one.start()
    assert amid.wait(10)
    other = threading.Thread(target=lambda: found.append(module.last))
    other.start()
    other.join(0.05)
    assert not found
    go_on.set()
    one.join(10)
    other.join(10)
    assert sorted(found) == [1, 2]


def test_the_program_finds_what_it_imports_late() -> None:
    code = (
        "from agentconsole.late_imports import import_late, _LATE\n"
        "import importlib, sys, typing\nimport_late()\nimport_late()\n"
        "assert sum(type(each).__name__ == 'LateImports' for each in sys.meta_path) == 1\n"
        "assert 'typing_extensions' not in sys.modules\n"
        "for name in sorted(_LATE):\n    assert dir(importlib.import_module(name)), name\n"
        "import msgspec\nassert typing.get_type_hints(msgspec.inspect.multi_type_info)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
