"""A family's story told in another language than English."""

from typing import NamedTuple


class Telling(NamedTuple):
    """The texts of *family* in one language; internal notes stay English, as desks do."""

    family: str
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    resolutions: tuple[str, ...]
