"""How a command fails: a title and an advice on standard error, and an exit code for scripts."""

from __future__ import annotations

EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_WAITING = 3


class CommandFailed(Exception):
    """The command could not be carried out; ``advice`` says what to do."""

    def __init__(self, title: str, advice: str = "", code: int = EXIT_ERROR) -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice
        self.code = code
