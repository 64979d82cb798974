"""What a packaged console runs."""

from __future__ import annotations

import multiprocessing
import os
import sys


def _leave_libraries_to_other_programs() -> None:
    """Let programs that we start (a browser, a mail program) find their own libraries, not those in our folder.

    What the bootloader set for this process has been read by the time this runs; ours find each other by rpath.
    """
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        else:
            os.environ.pop(name, None)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    if sys.platform != "win32":
        _leave_libraries_to_other_programs()
    from agentconsole.__main__ import main

    main()
