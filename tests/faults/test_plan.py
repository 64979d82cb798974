"""What a plan may ask for, and what the rig can't do."""

from __future__ import annotations

import pytest

from tests.faults.plan import Spell, plan_of


@pytest.fixture(scope="module")
def killed_at_writes() -> list[Spell]:
    spells = [spell for seed in range(4_000) for spell in plan_of(seed).spells]
    found = [spell for spell in spells if spell.kill is not None and spell.kill[0] == "write"]
    assert len(found) > 200
    return found


def test_the_power_never_fails_for_one_of_two_processes(killed_at_writes: list[Spell]) -> None:
    assert not any(spell.twin for spell in killed_at_writes if spell.kill is not None and spell.kill[-1] == "power")


def test_writes_are_kept_by_one_keeper(killed_at_writes: list[Spell]) -> None:
    assert not any(spell.disk for spell in killed_at_writes)
