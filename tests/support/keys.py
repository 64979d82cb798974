"""The key that tests encrypt their stores with."""

from __future__ import annotations

KEY = bytes(range(32))
