"""What a packaged console runs."""

from __future__ import annotations

import os
import sys

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_TRACKER = "from multiprocessing."


def _leave_libraries_to_other_programs() -> None:
    """Let programs that we start (a browser, a mail program) find their own libraries, not those in our folder.

    What the bootloader set for this process has been read by the time this runs; ours find each other by rpath.
    """
    for name in _LIBRARY_PATHS:
        before = os.environ.pop(f"{name}_ORIG", None)
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def _serve_as_worker() -> None:
    """Be what multiprocessing has started this program as, if it has; that does not return then.

    PyInstaller has a hook for this, which imports multiprocessing at each start: a twentieth of a second.
    """
    if sys.argv[1:2] == ["--multiprocessing-fork"]:
        # that of the package itself does nothing but on Windows
        from multiprocessing.spawn import freeze_support

        freeze_support()
    if sys.argv[-2:-1] == ["-c"] and sys.argv[-1].startswith(_TRACKER):
        exec(sys.argv[-1])  # noqa: S102  # an interpreter would do so: it starts the keeper of shared memory
        sys.exit()


if __name__ == "__main__":
    if sys.platform != "win32":
        _leave_libraries_to_other_programs()
    _serve_as_worker()
    from agentconsole.__main__ import main

    main()
