"""Where each key and value of a TOML file stands. tomllib reads values but forgets where they were."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter
import tree_sitter_toml

from agentconsole.packs.mistakes import Fault, KeyPath


class Position(NamedTuple):
    """A place in a file, both counted from 1; columns count characters."""

    line: int
    column: int


class Positions:
    """The places of everything in *text*, which must be TOML that tomllib has read."""

    def __init__(self, text: str) -> None:
        self._lines = text.encode().split(b"\n")
        self._keys: dict[KeyPath, Position] = {(): Position(1, 1)}
        self._values: dict[KeyPath, Position] = {}
        self._ends: dict[KeyPath, int] = {}
        self._lengths: dict[KeyPath, int] = {}
        parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language()))
        for node in parser.parse(text.encode()).root_node.named_children:
            if node.type == "pair":
                self._pair(node, ())
            elif node.type in ("table", "table_array_element"):
                self._table(node)

    def of(self, fault: Fault) -> Position:
        """Return where *fault* is: its value, or its key, or else what holds it."""
        path = fault.path
        if not fault.at_key and path in self._values:
            return self._within(fault) or self._values[path]
        while path not in self._keys:
            if path in self._values:
                return self._values[path]
            path = path[:-1]
        return self._keys[path]

    def _within(self, fault: Fault) -> Position | None:
        """Where what is wrong stands in a text of several lines; None where it can't be told."""
        if not fault.within:
            return None
        first, last = self._values[fault.path].line - 1, self._ends[fault.path]
        for row in range(first, last + 1):
            column = self._lines[row].decode().find(fault.within)
            if column >= 0:
                return Position(row + 1, column + 1)
        return None

    def _table(self, node: tree_sitter.Node) -> None:
        head, *content = node.named_children
        words = list(_words(head))
        path: KeyPath = ()
        for number, (word, _where) in enumerate(words):
            path = (*path, word)
            is_last = number == len(words) - 1
            if is_last and node.type == "table_array_element":
                index = self._lengths.get(path, 0)
                self._lengths[path] = index + 1
                self._keys.setdefault(path, self._position(node))
                path = (*path, index)
            elif path in self._lengths:
                # a table under a list belongs to the list's last element
                path = (*path, self._lengths[path] - 1)
            self._keys.setdefault(path, self._position(node))
        for child in content:
            if child.type == "pair":
                self._pair(child, path)

    def _pair(self, node: tree_sitter.Node, under: KeyPath) -> None:
        key, value = node.named_children[0], node.named_children[-1]
        path = under
        for word, where in _words(key):
            path = (*path, word)
            self._keys.setdefault(path, self._position(where))
        self._value(value, path)

    def _value(self, node: tree_sitter.Node, path: KeyPath) -> None:
        self._values[path] = self._position(node)
        self._ends[path] = node.end_point[0]
        content = [child for child in node.named_children if child.type != "comment"]
        if node.type == "array":
            for index, child in enumerate(content):
                self._value(child, (*path, index))
        elif node.type == "inline_table":
            for child in content:
                if child.type == "pair":
                    self._pair(child, path)

    def _position(self, node: tree_sitter.Node) -> Position:
        row, column = node.start_point
        return Position(row + 1, len(self._lines[row][:column].decode(errors="replace")) + 1)


def _words(key: tree_sitter.Node) -> Iterator[tuple[str, tree_sitter.Node]]:
    """Yield the words of a key and where they stand: ``a."b c"`` has two."""
    if key.type == "dotted_key":
        for child in key.named_children:
            yield from _words(child)
        return
    text = (key.text or b"").decode()
    yield (next(iter(tomllib.loads(f"{text} = 0"))) if key.type == "quoted_key" else text), key
