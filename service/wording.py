"""The service's own words, in the language of the question: sources, lead-ins, refusals."""

from __future__ import annotations

from collections.abc import Sequence

from index.rows import LetterSummary
from ingest.dates import spell_date
from ingest.letter import Kind, Metadata
from prompts import render
from service.instructions import addresses_machine
from service.language import Language
from service.question import Asks

_NOUNS: dict[Kind, tuple[str, str]] = {
    Kind.KAMERBRIEF: ("De brief", "The letter"),
    Kind.KAMERSTUK: ("De brief", "The letter"),
    Kind.BESLISNOTA: ("De beslisnota", "The decision note"),
    Kind.KAMERVRAGEN: ("De beantwoording", "The answers to parliamentary questions"),
    Kind.WOO_BESLUIT: ("Het Woo-besluit", "The Woo decision"),
    Kind.ADVIES: ("Het advies", "The advice"),
    Kind.BESLUITENLIJST: ("De besluitenlijst", "The list of decisions"),
    Kind.OTHER: ("De brief", "The letter"),
}
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
_ASKED: dict[Asks, tuple[str, str]] = {
    Asks.NUMBER: ("het aantal of bedrag", "number or amount"),
    Asks.MONEY: ("het bedrag", "amount"),
    Asks.SHARE: ("het percentage", "share"),
    Asks.NAME: ("de naam", "name"),
    Asks.DATE: ("de datum of termijn", "date or term"),
    Asks.PERSON: ("de persoon of instantie", "person or body"),
}


def day(iso: str, language: Language) -> str:
    """A day as a sentence has it: "2 februari 2023"."""
    if language == "nl":
        return spell_date(iso)
    year, month, number = iso.split("-")
    return f"{int(number)} {_MONTHS_EN[int(month) - 1]} {year}"


def _reference(metadata: Metadata, language: Language) -> str:
    if metadata.kenmerk is None:
        return ""
    word = "kenmerk" if language == "nl" else "reference"
    return f" ({word} {metadata.kenmerk})"


def source_of(metadata: Metadata, language: Language) -> str:
    """How a sentence names a letter: "De brief van 2 februari 2023 (kenmerk …)"."""
    noun = _NOUNS[metadata.kind][0 if language == "nl" else 1]
    if metadata.date is not None:
        of = "van" if language == "nl" else "of"
        return f"{noun} {of} {day(metadata.date, language)}{_reference(metadata, language)}"
    # A subject that speaks to a machine would stand among the service's own words.
    if metadata.subject is not None and not addresses_machine(metadata.subject):
        return f"{noun} ‘{metadata.subject}’{_reference(metadata, language)}"
    return f"{noun}{_reference(metadata, language)}"


def _source_or_id(letter_id: str, metadata: Metadata, language: Language) -> str:
    source = source_of(metadata, language)
    known = metadata.date or metadata.subject or metadata.kenmerk
    return source if known else f"{source} ‘{letter_id}’"


def lead_in(metadata: Metadata, language: Language) -> str:
    """What stands before the quotations from a letter."""
    return render(f"lead_in.{language}", source=source_of(metadata, language))


def counted(letters: int, language: Language) -> str:
    """How many letters, in words that fit a sentence."""
    if language == "nl":
        return "1 brief" if letters == 1 else f"{letters} brieven"
    return "1 letter" if letters == 1 else f"{letters} letters"


def not_in_letters(asks: Asks, on_topic: bool, searched: str, language: Language) -> str:
    """The refusal; where the subject is there but the number, date or person is not, it says so.

    `searched` says over what it looked.
    """
    if on_topic and asks in _ASKED:
        kind = _ASKED[asks][0 if language == "nl" else 1]
        return render(f"not_in_letters_kind.{language}", kind=kind, letters=searched)
    return render(f"not_in_letters.{language}", letters=searched)


def _quoted(names: Sequence[str], language: Language) -> str:
    return {"nl": " en ", "en": " and "}[language].join(f"“{name}”" for name in names)


def not_named(names: Sequence[str], searched: str, language: Language) -> str:
    """The refusal of a question for what the letters on its subject do not name."""
    return render(f"not_named.{language}", names=_quoted(names, language), letters=searched)


def unmentioned(names: Sequence[str], language: Language) -> str:
    """The warning that an answer says nothing of what the question names."""
    return render(f"unmentioned.{language}", names=_quoted(names, language))


def not_proven(letter_id: str, metadata: Metadata, language: Language) -> str:
    """The refusal where words of a letter would answer, and none is proven to stand on its page."""
    return render(f"not_proven.{language}", source=_source_or_id(letter_id, metadata, language))


def question_not_answered(question: str, language: Language) -> str:
    """The warning that one of several questions was not answered."""
    return render(f"question_not_answered.{language}", question=" ".join(question.split()))


def field_missing(letter: LetterSummary, field_name: str, language: Language) -> str:
    """The refusal for a letter that does not give its own kenmerk, date or sender."""
    source = _source_or_id(letter.letter_id, letter.metadata, language)
    return render(f"field_missing.{language}", source=source, field=field_name)
