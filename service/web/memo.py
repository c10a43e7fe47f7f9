"""An answer and its sources in the form of an official memo, as text and as HTML

A source is named as Dutch officials do: "Kamerbrief van de minister van VWS van 2 februari 2023,
‘Kabinetsreactie …’ (kenmerk 3332219-1024718-PG), blz. 2". What a letter does not say is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.letter import Kind
from service.contract import Citation
from service.letters_contract import LetterItem
from service.quotation import quoted
from service.web.messages import Messages
from service.wording import day

_NOUNS: dict[Kind, str] = {
    Kind.KAMERBRIEF: "Kamerbrief",
    Kind.KAMERSTUK: "Kamerbrief",
    Kind.BESLISNOTA: "Beslisnota",
    Kind.KAMERVRAGEN: "Beantwoording van Kamervragen",
    Kind.WOO_BESLUIT: "Woo-besluit",
    Kind.ADVIES: "Advies",
    Kind.BESLUITENLIJST: "Besluitenlijst",
    Kind.OTHER: "Document",
}
# A number of the Tweede Kamer's series; a dossier alone, or one of the Eerste Kamer, is none.
_KAMERSTUK = re.compile(r"(?P<dossier>[0-9]{5}(?:-[A-Z]+)*)-(?P<number>[0-9]{1,4})")
_SERIES = re.compile(r"kst-.*-[0-9]+", re.IGNORECASE)
# One of the answers to written questions, which are numbered by parliamentary year.
_ANSWERS = re.compile(r"ah-tk-(?P<first>[0-9]{4})[0-9]{2}(?P<last>[0-9]{2})-(?P<number>[0-9]+)")
_ARTICLE = re.compile(r"(?:De|Het)(?= )")
_MEMBER_OF_GOVERNMENT = re.compile(r"(?:de )?(?:minister|staatssecretaris)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered source of a memo: its reference, where in the letter, the words, and the address
    at which they can be looked up. `quote` is None where the answer has the words already."""

    marker: int
    reference: str
    quote: str | None
    address: str

    @property
    def quoted(self) -> str | None:
        """The words in their marks."""
        return quoted(self.quote) if self.quote else None


@dataclass(frozen=True, slots=True)
class Memo:
    """A question with its answer and sources, to be copied."""

    question: str
    answer: str
    sources: Sequence[Source]

    def text(self, t: Messages) -> str:
        """As plain text, a line for each thing."""
        lines = [f"{t('ask.memo_question')}: {_line(self.question)}", "", self.answer.strip(), ""]
        lines.append(t("ask.sources"))
        for one in self.sources:
            lines.append(f"[{one.marker}] {one.reference}")
            if one.quoted:
                lines.append(f"    {one.quoted}")
            lines.append(f"    {one.address}")
        return "\n".join(lines) + "\n"


def source(
    citation: Citation, letter: LetterItem | None, answer: str, address: str
) -> Source:
    """How a memo cites a quotation; without its `letter` it names what the citation knows."""
    quote = _line(citation.quote)
    name = reference(letter) if letter else _bare_reference(citation)
    parts = [name, place(citation.page, citation.page_label, citation.section)]
    return Source(
        citation.marker, ", ".join(filter(None, parts)), None if quote in answer else quote,
        address,
    )


def reference(letter: LetterItem) -> str:
    """What a memo calls a letter."""
    sender, written = _sender(letter), _day(letter.date)
    # A name in apposition ends with a comma, or the date would seem to be of it.
    end = "," if sender and written and "," in sender else ""
    # "Kamervragen van de minister" would be questions that the minister asks.
    by = "door" if letter.kind is Kind.KAMERVRAGEN else "van"
    head = f"{_noun(letter)}{f' {by} {sender}{end}' if sender else ''}"
    head += f" van {written}" if written else ""
    answers = _ANSWERS.fullmatch(letter.kenmerk or "")
    official = _appendix(answers) if answers else kamerstuk(letter)
    named = answers or (_SERIES.fullmatch(letter.kenmerk or "") if official else None)
    kenmerk = f"kenmerk {letter.kenmerk}" if letter.kenmerk and not named else None
    return _joined(head, letter.subject, [kenmerk, official])


def kamerstuk(letter: LetterItem) -> str | None:
    """The Kamerstuk that a letter is: "Kamerstukken II 2023/24, 32793, nr. 703", and without the
    parliamentary year where that is not certain.

    A year begins on the third Tuesday of September and letters appear some weeks after their date,
    so that a date from July to September does not tell; nor does one that is not the letter's own.
    """
    found = filter(None, map(_KAMERSTUK.fullmatch, letter.kamerstukken))
    numbers = [f"{one['dossier'].replace('-', ' ')}, nr. {one['number']}" for one in found]
    if not numbers:
        return None
    year = _parliamentary_year(letter.date) if letter.provenance.get("date") == "text" else None
    series = f"Kamerstukken II {year}, " if year else "Kamerstuk "
    return series + " en ".join(numbers)


def place(page: int | None, label: str | None = None, section: Sequence[str] = ()) -> str | None:
    """Where in a letter: its page, with the number printed on it if that is another, or the
    section of a letter without pages."""
    if page is None:
        return f"onder ‘{_line(section[-1])}’" if section else None
    printed = f" (gedrukt nummer {_line(label)})" if label and label != str(page) else ""
    return f"blz. {page}{printed}"


def _noun(letter: LetterItem) -> str:
    """What it is; of the Kamerstukken, those of others than ministers are no letters of theirs."""
    is_of_others = letter.sender and not _MEMBER_OF_GOVERNMENT.match(letter.sender)
    return "Kamerstuk" if letter.kind is Kind.KAMERSTUK and is_of_others else _NOUNS[letter.kind]


def _appendix(answers: re.Match[str]) -> str:
    year = f"{answers['first']}/{answers['last']}"
    return f"Aanhangsel Handelingen II {year}, nr. {int(answers['number'])}"


def _bare_reference(citation: Citation) -> str:
    head = " van ".join(filter(None, ["Brief", _day(citation.date)]))
    kenmerk = f"kenmerk {citation.kenmerk}" if citation.kenmerk else None
    return _joined(head, citation.subject, [kenmerk])


def _joined(head: str, subject: str | None, identifiers: Sequence[str | None]) -> str:
    within = "; ".join(_line(one) for one in identifiers if one)
    titled = f"{_line(head)}, {_in_quotation_marks(subject)}" if subject else _line(head)
    return f"{titled} ({within})" if within else titled


def _sender(letter: LetterItem) -> str | None:
    """The sender as running text has it: "de minister van …"."""
    if letter.sender is None:
        return None
    return _ARTICLE.sub(lambda found: found[0].lower(), letter.sender, count=1)


def _day(iso: str | None) -> str | None:
    return day(iso, "nl") if iso else None


def _in_quotation_marks(text: str) -> str:
    """A title that has single marks of its own stands in double ones."""
    bare = _line(text)
    return f"“{bare}”" if re.search(r"[‘']", bare) else f"‘{bare}’"


def _parliamentary_year(iso: str | None) -> str | None:
    if iso is None:
        return None
    written = date.fromisoformat(iso)
    if 7 <= written.month <= 9:
        return None
    first = written.year if written.month > 9 else written.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def _line(text: str) -> str:
    return " ".join(text.split())
