"""How the tests are shared out among the workers of a run: what has something costly in common stays together.

pytest-xdist's own ``--dist loadgroup`` writes the group into an attribute of each test that pytest 9.2 no longer reads.
Each test was a group of its own: every worker started a Request Tracker, and fixtures of a module were made in each.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it has no types

REQUEST_TRACKER = "request tracker"
"""There is one for all tests, which takes a while to start."""

LONGEST_FIRST = (REQUEST_TRACKER, "tests/bench/", "tests/faults/", "tests/e2e/", "tests/connectors/", "tests/server/")
"""What begins first, so that no worker is left with it at the end; then comes the rest as it was collected."""

APART = ("tests/faults/test_it_finds.py",)
"""Files whose tests have nothing in common and take long, each for itself."""


def company_of(nodeid: str) -> str:
    """Return what names the tests that *nodeid* stays with: those of its file, or all that need Request Tracker."""
    file, _, test = nodeid.partition("::")
    if REQUEST_TRACKER in test or file == "tests/connectors/test_request_tracker.py":
        return REQUEST_TRACKER
    return nodeid if file in APART else file


def turn_of(nodeid: str) -> int:
    """Return the place of *nodeid*'s company in the order in which they begin."""
    company = company_of(nodeid)
    places = (place for place, begins in enumerate(LONGEST_FIRST) if company.startswith(begins))
    return next(places, len(LONGEST_FIRST))


class InCompany(LoadScopeScheduling):  # type: ignore[misc]  # what it extends has no types
    """Gives each worker one company of tests after the other, in the order in which they were collected."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return company_of(nodeid)

    def remove_node(self, node: Any) -> str | None:
        """Return the test at which *node* has died, None where it had done all; the rest of its tests go to others.

        What this extends hands on the deadly test, too: each worker that is started in the place of the last one dies
        of it, until none is started any more and all that comes after it is lost.
        """
        given = self.assigned_work.pop(node)
        unfinished = {company: tests for company, tests in given.items() if not all(tests.values())}
        if not unfinished:
            return None
        tests = next(iter(unfinished.values()))
        deadly: str = next(test for test, is_done in tests.items() if not is_done)
        tests[deadly] = True
        self.workqueue.update((company, left) for company, left in unfinished.items() if not all(left.values()))
        for other in self.assigned_work:
            self._reschedule(other)
        return deadly
