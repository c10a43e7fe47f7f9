"""The sentences of a letter as they are held against those of another file"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.letter import BlockKind
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from ingest.letter import Block, Letter

# What formats and readers do differently: address blocks, and which line is the subject's.
_HEAD = frozenset({BlockKind.LETTERHEAD})
# Bullets and numbers of items and notes, which a format may generate.
_LABEL = re.compile(r"(?:[^\W_]{1,4}[.):]?|[^\w\s]{1,2})\s+(?=\S)")
_LABELLED = frozenset({BlockKind.LIST_ITEM, BlockKind.FOOTNOTE})
# Everything but letters, digits, and the stop or comma within a number.
_NOT_COMPARED = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w.,]|_")
# A sentence with fewer letters and digits may stand in another text by chance ("Ja.").
SHORT = 24


def key_of(text: str) -> str:
    """The letters and digits of a text, lower-cased; white space, hyphens and marks are gone, and
    ligatures taken apart."""
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Wording:
    """What a letter is compared by.

    `sentences` are those of the body: of paragraphs, headings, items, rows, the closing and notes,
    without the digits that cite notes, each as (label, text), where the label is an item's bullet
    or number. `rest` is the letterhead and what was left out as furniture, part by part.
    """

    sentences: tuple[tuple[str, str], ...]
    rest: tuple[str, ...]

    @cached_property
    def body(self) -> str:
        """All letters and digits of the body; it does not show where sentences begin."""
        return "".join(key_of(label) + key_of(text) for label, text in self.sentences)

    @cached_property
    def whole(self) -> str:
        """All letters and digits, those of the rest line by line after the body."""
        return " ".join((self.body, *map(key_of, self.rest)))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The letters and digits of each sentence, without labels."""
        return tuple(key_of(text) for _, text in self.sentences)

    @cached_property
    def numbers(self) -> Counter[str]:
        """How often each sentence, and each line of the rest, stands here, as its key."""
        return Counter((*self.keys, *map(key_of, self.rest)))

    def lacks(self, other: Wording, at: int) -> bool:
        """Whether sentence `at` of another letter does not stand here.

        A sentence that stands there twice must stand here twice. A short one may stand in any text
        by chance ("Ja."): it must be a sentence here too, or stand beside its neighbour.
        """
        key = other.keys[at]
        if self.numbers[key] >= other.numbers[key]:
            return False
        if len(key) >= SHORT:
            return self.whole.count(key) < other.body.count(key)
        before, after = other.keys[at - 1 : at], other.keys[at + 1 : at + 2]
        pairs = [before[0] + key] if before else []
        pairs += [key + after[0]] if after else []
        return not any(pair in self.whole for pair in pairs)

    def text(self) -> str:
        """All of it as running text, to take words from."""
        return "\n".join((*(text for _, text in self.sentences), *self.rest))


def wording_of(letter: Letter) -> Wording:
    """What a letter is compared by."""
    cited = sorted(
        (at, at + len(note.number)) for note in letter.footnotes for at in note.anchors
    )
    sentences: list[tuple[str, str]] = []
    rest: list[str] = []
    for block in letter.blocks:
        text = _without(letter.text, block, cited)
        if block.kind in _HEAD:
            rest += map(_on_one_line, text.splitlines())
        else:
            sentences += _sentences(block.kind, text)
    rest += [
        _on_one_line(letter.pages[one.page].raw[one.raw_start : one.raw_end])
        for one in letter.removals
    ]
    return Wording(tuple(sentences), tuple(filter(None, rest)))


def _without(text: str, block: Block, cited: list[tuple[int, int]]) -> str:
    """The text of a block without the digits in it that cite notes."""
    parts, begin = [], block.start
    for start, end in cited[bisect_left(cited, (block.start, 0)) :]:
        if end > block.end:
            break
        parts.append(text[begin:start])
        begin = end
    # Joined by nothing: a digit may stand within a word that goes on after it.
    return "".join((*parts, text[begin : block.end]))


def _sentences(kind: BlockKind, text: str) -> list[tuple[str, str]]:
    label = _LABEL.match(text) if kind in _LABELLED else None
    begin = label.end() if label else 0
    spans = [(begin + start, begin + end) for start, end in sentence_spans(text[begin:])]
    found = [("", _on_one_line(text[start:end])) for start, end in spans]
    if label and found:
        found[0] = (label[0].strip(), found[0][1])
    return [one for one in found if key_of(one[1])]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def dumped(wording: Wording) -> str:
    """A wording as text, for the database; `loaded` reads it."""
    body = "\n".join(f"{label}\t{text}" for label, text in wording.sentences)
    return f"{body}\f" + "\n".join(wording.rest)


def loaded(text: str) -> Wording:
    """The wording that `dumped` wrote."""
    body, _, rest = text.partition("\f")
    lines = (line.partition("\t") for line in body.split("\n") if line)
    sentences = tuple((label, sentence) for label, _, sentence in lines)
    return Wording(sentences, tuple(rest.split("\n")) if rest else ())
