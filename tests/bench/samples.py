"""One sample. By itself, so that a program whose start is measured imports no more than this."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """What something took, in milliseconds: on the clock, and of the processor by the thread (or process) that did it.

    Others share the machine: the clock tells what an agent would feel now, the processor what it costs.
    """

    ms: float
    cpu_ms: float
