"""Tell the service manager that this server is ready, or about to stop: systemd's ``Type=notify``."""

import os
import socket

_VARIABLE = "NOTIFY_SOCKET"


def tell_service_manager(*states: str) -> None:
    """Send *states* (``READY=1``, ``STOPPING=1``, ``STATUS=…``) where one listens; elsewhere nothing happens."""
    address = os.environ.get(_VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        try:
            to.connect(address)
            to.sendall("\n".join(states).encode())
        except OSError:
            return  # who does not listen any more need not be told
