"""Tags as the dialect keeps them: lower case, one word each, sorted, none twice."""

import re
from collections.abc import Iterable

_SEPARATORS = re.compile(r"[\s,\"]+")


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return *tags* in stored form; a tag with spaces falls into its words."""
    return sorted({word.lower() for tag in tags for word in _SEPARATORS.split(tag) if word})
