"""The benchmark itself: it measures the real console on a small world and writes what it promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.measuring import quantile, row, table

KEYS = {"name", "median_ms", "p99_ms", "floor_ms", "ratio", "n", "unit", "note"}
NAMES = [
    "targets of all tickets counted",
    "targets of a changed ticket counted",
    "initial sync",
    "start to first painted queue",
    "scroll step",
    "page down",
    "changing view",
    "search as one types",
    "view counts (off the main thread)",
    "all ids of a view (off the main thread)",
    "opening a ticket",
    "guidance of a ticket (off the main thread)",
    "tick of the countdown pane",
    "dashboard filled, 30 days",
    "dashboard filled, 90 days",
    "resident memory",
    "longest frame while a sync runs",
    "longest frame while an outbox drains",
    "change accepted during an eviction",
    "encrypted: first screen of the queue",
    "encrypted: a screen further down",
    "encrypted: a ticket opened",
    "encrypted: full text",
    "encrypted: a page of the sync",
    "encrypted: a change accepted",
    "encrypted: store opened",
    "encrypted: size",
]


@pytest.mark.timeout(480)
def test_every_row_is_measured_beside_its_floor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "bench.json"
    assert main(["--tickets", "300", "--quick", "--folder", str(tmp_path), "--output", str(output)]) == 0
    rows = json.loads(output.read_text())
    assert [each["name"] for each in rows] == NAMES
    for each in rows:
        assert each.keys() >= KEYS
        assert 0 < each["median_ms"] <= each["p99_ms"] <= each["max_ms"]
        assert each["floor_ms"] > 0
        assert each["ratio"] == pytest.approx(each["median_ms"] / each["floor_ms"], rel=0.05, abs=0.02)
    printed = capsys.readouterr().out
    assert all(name in printed for name in NAMES)


def test_figures_of_a_row() -> None:
    made = row("it", [3.0, 1.0, 2.0, 100.0], [1.0, 1.0], aims={"median_ms": 2.0, "max_ms": 99.0})
    assert (made.median_ms, made.p99_ms, made.max_ms, made.floor_ms, made.ratio) == (2.5, 100.0, 100.0, 1.0, 2.5)
    assert not made.within_aim
    assert row("it", [1.0], [1.0], aims={"ratio": 1.5}).within_aim
    assert not row("it", [1.0], aims={"ratio": 1.5}).within_aim
    assert quantile([float(number) for number in range(1, 201)], 0.99) == 198.0
    with pytest.raises(ValueError, match="nothing was measured"):
        row("it", [])


def test_the_table_says_what_misses_its_aim() -> None:
    text = table([row("slow", [9.0], [1.0], aims={"median_ms": 2.0}, note="why"), row("fine", [1.0], [1.0])])
    lines = text.splitlines()
    assert "MISSED (<= 2)" in next(line for line in lines if line.startswith("slow "))
    assert "MISSED" not in next(line for line in lines if line.startswith("fine "))
    assert "slow: why" in lines
