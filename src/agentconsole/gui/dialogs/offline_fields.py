"""The page of the preferences that says what is kept on this computer, and what choosing less or more would do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from agentconsole.domain.cache_scope import CacheCovers, CacheScope, CacheUse, ScopeEffect
from agentconsole.domain.changes import Change
from agentconsole.domain.trip_words import counted, covers_sentence, sized
from agentconsole.gui.context import WindowContext
from agentconsole.gui.tasks import trouble_of

DAYS: tuple[tuple[str, int | None], ...] = (
    ("all of them", None),
    ("changed in the last 7 days", 7),
    ("changed in the last 14 days", 14),
    ("changed in the last 30 days", 30),
    ("changed in the last 90 days", 90),
    ("changed in the last 180 days", 180),
    ("changed in the last year", 365),
)
_MB = 1_000_000
SIZES: tuple[tuple[str, int], ...] = (
    ("as large as it gets", 0),
    ("up to 250 MB", 250 * _MB),
    ("up to 500 MB", 500 * _MB),
    ("up to 1 GB", 1000 * _MB),
    ("up to 2 GB", 2000 * _MB),
    ("up to 5 GB", 5000 * _MB),
)
FILE_SIZES: tuple[tuple[str, int], ...] = (
    ("up to 250 MB", 250 * _MB),
    ("up to 500 MB", 500 * _MB),
    ("up to 1 GB", 1000 * _MB),
    ("up to 2 GB", 2 * 1024**3),
    ("up to 5 GB", 5000 * _MB),
    ("up to 20 GB", 20_000 * _MB),
)
_ARCHIVE = "This is an archive: all of it is kept here, for what went could not be fetched again."
_KEY = Qt.ItemDataRole.UserRole
_SETTLES_MS = 250


class OfflineFields(QObject):
    """Binds the fields to the profile's scope. What would go is told first; it goes when the agent says so."""

    def __init__(self, form: Any, context: WindowContext, open_trip: Callable[[], object]) -> None:
        super().__init__(form.keepDays)
        self._form, self._context = form, context
        self._asking: asyncio.Task[ScopeEffect] | None = None
        self._scope = context.workspace.cache.scope()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLES_MS)
        self._later.timeout.connect(self._ask)
        self._days = _with(DAYS, self._scope.days, lambda days: f"changed in the last {days} days")
        self._sizes = _with(SIZES, self._scope.most_bytes, lambda size: f"up to {sized(size)}")
        self._file_sizes = _with(
            FILE_SIZES, context.workspace.cache.most_attachments(), lambda size: f"up to {sized(size)}"
        )
        for field, choices, value in (
            (form.keepDays, self._days, self._scope.days),
            (form.keepBytes, self._sizes, self._scope.most_bytes),
            (form.keepAttachments, self._file_sizes, context.workspace.cache.most_attachments()),
        ):
            field.addItems([words for words, _ in choices])
            field.setCurrentIndex([each for _, each in choices].index(value))
        groups, views = context.workspace.tickets.groups(), context.workspace.queue.views()
        chosen = self._scope.groups
        _fill(form.keepGroups, [(group.ref, group.title) for group in groups], chosen)
        _fill(form.keepViews, [(view.key, view.title) for view in views], self._scope.views)
        form.keepDays.activated.connect(self._changed)
        form.keepBytes.activated.connect(self._changed)
        form.keepAttachments.activated.connect(self._attachments_chosen)
        for field in (form.keepGroups, form.keepViews):
            field.itemChanged.connect(lambda _item: self._changed())
        form.keepApply.clicked.connect(lambda _checked=False: self.apply())
        form.keepTrip.clicked.connect(lambda _checked=False: open_trip())
        form.keepApply.setEnabled(False)
        me = context.workspace.me()
        self._is_archive = me is not None and me.archive
        if self._is_archive:
            for field in (form.keepDays, form.keepBytes, form.keepAttachments, form.keepGroups, form.keepViews):
                field.setEnabled(False)
            form.keepTrip.setEnabled(False)
        context.bridge.changed.connect(self._heard)
        self._tell_now()

    @property
    def scope(self) -> CacheScope:
        """What the fields say."""
        form = self._form
        groups = _ticked(form.keepGroups)
        every = len(groups) == form.keepGroups.count()
        return CacheScope(
            days=self._days[form.keepDays.currentIndex()][1],
            groups=None if every else groups,
            views=_ticked(form.keepViews),
            most_bytes=self._sizes[form.keepBytes.currentIndex()][1] or 0,
        )

    def apply(self) -> None:
        """Keep what the fields say from now on."""
        if not self._form.keepApply.isEnabled():
            return
        scope = self.scope
        self._form.keepApply.setEnabled(False)

        def done(_none: None) -> None:
            self._scope = scope
            self._context.messages.tell("What is kept here has changed", "Room is made in the background.")
            self._tell_now()

        self._context.tasks.run(self._context.workspace.cache.choose(scope), done, self._failed)

    def _changed(self) -> None:
        is_new = self.scope != self._scope
        self._form.keepApply.setEnabled(False)
        if is_new:
            self._later.start()
        else:
            self._later.stop()
            self._tell_now()

    def _ask(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
        self._asking = self._context.tasks.run(
            self._context.workspace.cache.effect(self.scope), self._tell_effect, self._failed
        )

    def _tell_effect(self, effect: ScopeEffect) -> None:
        self._asking = None
        said = []
        if effect.go:
            said.append(f"{counted(effect.go, 'ticket')} would go from here, about {sized(effect.bytes)}.")
        if effect.squeezed:
            said.append(f"For the limit, solved tickets of about {sized(effect.squeezed)} more, the oldest first.")
        if effect.fetched:
            said.append(f"{counted(effect.fetched, 'ticket')} would be fetched.")
        if effect.protected:
            said.append(f"{effect.protected:,} outside of that stay: unsent work, drafts, open or taken along.")
        self._form.keepEffect.setText(" ".join(said) or "Nothing that is here now would change.")
        self._form.keepApply.setEnabled(True)

    def _attachments_chosen(self, index: int) -> None:
        most = self._file_sizes[index][1] or 0
        self._context.tasks.run(
            self._context.workspace.cache.limit_attachments(most), lambda _count: self._tell_now(), self._failed
        )

    def _heard(self, change: Change) -> None:
        if "cache" in change.topics or change.everything:
            self._tell_now()

    def _tell_now(self) -> None:
        cache = self._context.workspace.cache

        async def read() -> tuple[CacheCovers, CacheUse]:
            return await cache.covers(), await cache.use()

        self._context.tasks.run(read(), self._tell_use, self._failed)

    def _tell_use(self, told: tuple[CacheCovers, CacheUse]) -> None:
        covers, use = told
        fetching = f" {counted(covers.wanted, 'ticket')} are being fetched." if covers.wanted else ""
        self._form.keepDisk.setText(
            f"Now: {counted(covers.tickets, 'ticket')} in {sized(use.database)}, "
            f"{counted(use.files, 'attachment')} in {sized(use.attachments)}.{fetching}"
        )
        if self._is_archive:
            self._form.keepEffect.setText(_ARCHIVE)
        elif self.scope == self._scope:
            self._form.keepEffect.setText(covers_sentence(covers) or "All tickets of the help desk are here.")

    def _failed(self, error: BaseException) -> None:
        trouble = trouble_of(error)
        self._form.keepEffect.setText(f"{trouble.title}. {trouble.advice}")


def _with(
    choices: tuple[tuple[str, int | None], ...] | tuple[tuple[str, int], ...],
    value: int | None,
    words: Callable[[int], str],
) -> list[tuple[str, int | None]]:
    """Return *choices*, and *value* among them: it may have been chosen by the command line."""
    found: list[tuple[str, int | None]] = list(choices)
    if value is not None and value not in [each for _, each in found]:
        found.append((words(value), value))
    return found


def _fill(field: QListWidget, choices: list[tuple[str, str]], ticked: tuple[str, ...] | None) -> None:
    for key, title in choices:
        item = QListWidgetItem(title)
        item.setData(_KEY, key)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        on = ticked is None or key in ticked
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        field.addItem(item)


def _ticked(field: QListWidget) -> tuple[str, ...]:
    items = (field.item(row) for row in range(field.count()))
    return tuple(item.data(_KEY) for item in items if item.checkState() is Qt.CheckState.Checked)
