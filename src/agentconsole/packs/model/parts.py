"""What everything in a pack is made of: kinds of texts, words that are recognised, and the base of its tables."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


def _kind(name: str, refers_to: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> msgspec.Meta:
    """What a text stands for, read by ``packs.shape``: its *name*, the lists whose ids it may give, and other words."""
    return msgspec.Meta(extra={"kind": name, "refers_to": refers_to, "also": also})


Id = Annotated[str, _kind("id")]
Zone = Annotated[str, _kind("zone")]
Date = Annotated[str, _kind("date")]
Calendar = Annotated[str, _kind("calendar")]
Time = Annotated[str, _kind("time")]
Day = Annotated[str, _kind("day")]
Target = Annotated[str, _kind("target")]
Pattern = Annotated[str, _kind("pattern")]
Phrase = Annotated[str, _kind("phrase")]
Filled = Annotated[str, _kind("filled")]
Tag = Annotated[str, _kind("tag")]
Url = Annotated[str, _kind("url")]
LevelId = Annotated[str, _kind("reference", ("levels",))]
RegionId = Annotated[str, _kind("reference", ("regions",))]
ScheduleId = Annotated[str, _kind("reference", ("schedules",))]
Clock = Annotated[str, _kind("reference", ("schedules",), ("region",))]
ContactId = Annotated[str, _kind("reference", ("contacts",))]
TemplateId = Annotated[str, _kind("reference", ("templates",))]
LinkId = Annotated[str, _kind("reference", ("links",))]
LinkOrUrl = Annotated[str, _kind("link or url", ("links",))]
Destination = Annotated[str, _kind("destination", ("contacts", "links"))]
Place = Annotated[str, _kind("reference", ("lifecycle",), ("intake", "composer", "directory", "escalation", "privacy"))]
Count = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Status = Literal["", "open", "pending", "hold", "solved", "closed"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything in a pack. An empty text is the same as none."""

    source: str = ""
    assumed: str = ""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words by which a text is recognised, whatever their case; ``*`` at the end of a word stands for any ending.

    A text fits when one of ``any`` is in it (or ``any`` is empty and ``all`` is not), every one of ``all``, and none
    of ``none``. Several words in one entry must follow each other; a ``*`` of its own between two stands for up to
    four words.
    """

    any: tuple[Phrase, ...] = ()
    all: tuple[Phrase, ...] = ()
    none: tuple[Phrase, ...] = ()
