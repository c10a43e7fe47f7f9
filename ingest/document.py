"""What a reader hands over: raw pages, unchanged, before any cleaning."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RawPage:
    """The text of one page as extracted; `number` is None where the source has no pages."""

    number: int | None
    label: str | None
    text: str


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The pages of a document and the properties that its file format carries (title, author)."""

    pages: tuple[RawPage, ...]
    properties: dict[str, str] = field(default_factory=dict)
