"""What is embedded for a passage: its text after its letter's subject and its sections, and its
sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.late_chunking import Span
    from ingest.letter import Passage

# Counts up whenever a passage could give another text or other spans.
EMBEDDED_TEXT_VERSION = 2
# Characters, so that the model still reads the whole of a passage after them.
_LONGEST_SUBJECT, _LONGEST_TITLE = 160, 120


@dataclass(frozen=True, slots=True)
class Embedded:
    """A text to embed, and where in it the passage's sentences are, cut off at its end."""

    text: str
    spans: tuple[Span, ...]

    @property
    def key(self) -> bytes:
        """Under which the vectors of this text and these spans are kept."""
        return hashlib.sha256(f"{self.spans}\n{self.text}".encode()).digest()


def embedded_text(subject: str, section: Sequence[str], text: str) -> str:
    """What is embedded for a passage: its letter's subject and its sections, then `text`.

    A passage alone rarely says what it is about: "Zij doen dat jaarlijks".
    """
    title = " – ".join(part for part in section if part not in text)
    about = ". ".join(part for part in (subject[:_LONGEST_SUBJECT], title[:_LONGEST_TITLE]) if part)
    return f"{about}\n{text}" if about else text


def embedded(passage: Passage, subject: str) -> Embedded:
    """The text to embed for a passage of a letter, with the spans of its sentences."""
    text = embedded_text(subject, passage.section, passage.text)
    shift = len(text) - len(passage.text) - passage.start
    spans = ((start + shift, min(end + shift, len(text))) for start, end in passage.sentences)
    return Embedded(text, tuple(spans))
