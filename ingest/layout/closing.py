"""Signatures side by side at the end of a letter, each read as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.layout.blocks import Block, one_cell
from ingest.line_shapes import VALEDICTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.lines import Line

_GREETING = re.compile(rf"{VALEDICTION}.{{0,20}}")
_OFFICE = re.compile(
    r"(?:namens )?(?:de|het) (?:vice-)?(?:minister|staatssecretaris|voorzitter|secretaris"
    r"|burgemeester|griffier|directeur|college)",
    re.IGNORECASE,
)
_LONGEST, _FARTHEST = 12, 9.0


def signatures_end(rows: Sequence[Sequence[Line]], start: int) -> int:
    """The end of the signatures side by side that begin at row `start`; `start` where none do.

    They begin below a greeting, or with two offices on one line.
    """
    row = rows[start]
    if len(row) < 2:
        return start
    greeted = any(_GREETING.fullmatch(other[0].text) for other in rows[max(0, start - 3) : start])
    if not greeted and not all(_OFFICE.match(line.text) for line in row):
        return start
    edges = [line.left for line in row]
    end = start + 1
    while end < min(len(rows), start + _LONGEST):
        far = rows[end][0].bottom - rows[end - 1][0].bottom > _FARTHEST * row[0].size
        fits = all(
            min(abs(line.left - edge) for edge in edges) < 2 * line.size for line in rows[end]
        )
        wide = len(rows[end]) == 1 and rows[end][0].right > edges[1]
        if far or wide or not fits:
            break
        end += 1
    return end


def signature_blocks(rows: Sequence[Sequence[Line]]) -> list[Block]:
    """One block per line of each signature, signature by signature."""
    edges = [line.left for line in rows[0]]
    signatures: list[list[Line]] = [[] for _ in edges]
    for row in rows:
        for line in row:
            nearest = min(range(len(edges)), key=lambda at: abs(edges[at] - line.left))
            signatures[nearest].append(line)
    return [one_cell([line]) for signature in signatures for line in signature]
