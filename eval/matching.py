"""Whether returned text holds a gold quotation, and at which rank a question's needs are met.

Texts are compared after NFKC and case folding, with typographic quotation marks unified; white
space and hyphens (also at a line end) may stand anywhere or be missing. A quotation must begin
and end where a word does, except that a footnote's digit may follow it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eval.gold import Evidence, GoldQuestion

# Passages of one letter count as consecutive when no more than a paragraph break lies between.
MAXIMUM_GAP = 2

_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
    }
)
_JOINT = r"[\s-]*"


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """`text` in NFKC, case-folded, with quotation marks and dashes unified, white space single."""
    # Unified first as well: NFKC would take an acute accent apart into a space and a mark.
    unified = unicodedata.normalize("NFKC", text.translate(_UNIFIED)).translate(_UNIFIED)
    return " ".join(unified.casefold().split())


@lru_cache(maxsize=4096)
def _pattern(quote: str) -> re.Pattern[str]:
    characters = re.sub(r"[\s-]", "", normalise(quote))
    after = r"(?!\w)" if characters[-1:].isdigit() else r"(?![^\W\d_])"
    return re.compile(r"(?<!\w)" + _JOINT.join(map(re.escape, characters)) + after)


def holds(text: str, quote: str) -> bool:
    """Whether `text` holds `quote`; never for a quote without a letter or digit."""
    # The look-arounds of the pattern ask for a word at both ends.
    words = quote.strip(" \n.,;:()\"'“”‘’")
    return bool(words) and _pattern(words).search(normalise(text)) is not None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of a letter (file stem) as returned: canonical `[start:end]`, and its footnotes."""

    letter: str
    start: int
    end: int
    text: str
    notes: tuple[str, ...] = ()

    def holds(self, evidence: Evidence) -> bool:
        """Whether the text, or one of the notes, holds the evidence of this letter."""
        if evidence.letter != self.letter:
            return False
        return any(holds(text, evidence.quote) for text in (self.text, *self.notes))


def _joined(left: Stretch, right: Stretch) -> Stretch:
    overlap = left.end - right.start
    text = left.text + right.text[overlap:] if overlap >= 0 else f"{left.text} {right.text}"
    return replace(left, end=max(left.end, right.end), text=text, notes=left.notes + right.notes)


def join(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that overlap or are consecutive in one letter made one, in letter order."""
    runs: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.letter, s.start, s.end)):
        last = runs[-1] if runs else None
        if last and last.letter == stretch.letter and stretch.start - last.end <= MAXIMUM_GAP:
            runs[-1] = _joined(last, stretch)
        else:
            runs.append(stretch)
    return runs


def _run_with(stretch: Stretch, stretches: Iterable[Stretch]) -> Stretch:
    same_letter = [other for other in stretches if other.letter == stretch.letter]
    runs = join([*same_letter, stretch])
    return next(run for run in runs if run.start <= stretch.start and stretch.end <= run.end)


def _meets(run: Stretch, need: Sequence[Evidence]) -> bool:
    return any(run.holds(evidence) for evidence in need)


def need_ranks(question: GoldQuestion, stretches: Sequence[Stretch]) -> list[int | None]:
    """Per need of the question the rank, from 1, at which it is met; None if it never is.

    A need is met at the rank of the last passage it takes: a quotation over two consecutive
    passages counts once both have been returned.
    """
    ranks: list[int | None] = [None] * len(question.evidence)
    for rank, stretch in enumerate(stretches, start=1):
        run = _run_with(stretch, stretches[: rank - 1])
        for index, need in enumerate(question.evidence):
            if ranks[index] is None and _meets(run, need):
                ranks[index] = rank
    return ranks


def cut_at(stretches: Iterable[Stretch], limit: int) -> list[Stretch]:
    """The first `limit` characters in rank order; the notes of a passage follow its text.

    A passage or note that crosses the limit is kept for its part within it.
    """
    kept = []
    left = limit
    for stretch in stretches:
        if left <= 0:
            break
        text = stretch.text[:left]
        left -= len(text)
        notes = []
        for note in stretch.notes:
            notes.append(note[: max(0, left)])
            left -= len(notes[-1])
        end = stretch.end if text == stretch.text else stretch.start + len(text)
        kept.append(replace(stretch, text=text, end=end, notes=tuple(filter(None, notes))))
    return kept


def all_needs_within(question: GoldQuestion, stretches: Sequence[Stretch], limit: int) -> bool:
    """Whether every need is met within the first `limit` characters in rank order."""
    ranks = need_ranks(question, cut_at(stretches, limit))
    return bool(ranks) and all(rank is not None for rank in ranks)
