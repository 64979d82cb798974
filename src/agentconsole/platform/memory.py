"""What this process has in memory stays out of files: no core dumps.

Only files that the system writes of a process that crashed are prevented here. Pages that the system swaps out are the
system's to encrypt; nothing a program in Python could lock would cover all copies of a text.
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

_PR_SET_DUMPABLE = 4
_SEM_FAILCRITICALERRORS, _SEM_NOGPFAULTERRORBOX = 0x0001, 0x0002


def keep_out_of_core_dumps(*, has_window: bool) -> None:
    """Let no crash of this process, nor of one that it starts, write its memory to a file.

    With a window the process stays one that the desktop's services may look up by ``/proc``: a portal refuses what is
    "not dumpable", and with it the dark theme and the file dialogs. There the dump is emptied instead.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX)
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    with suppress(OSError):
        # a dump that is piped to a program (apport, systemd) does not heed the limit: leave every mapping out of it
        Path("/proc/self/coredump_filter").write_text("0")
    if not has_window:
        import ctypes

        try:
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        except (OSError, AttributeError) as error:
            log.info("the process can't be made undumpable: %s", error)
