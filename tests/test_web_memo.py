"""Sources as an official memo names them: what the letter says, and nothing that it does not."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.letter import Kind
from service.letters_contract import LetterItem
from service.web.memo import Memo, Source, kamerstuk, place, reference, source
from service.web.messages import Messages
from tests.fake_library import citation, item


def letter(**fields: Any) -> LetterItem:
    """A letter with these fields."""
    provenance = dict.fromkeys(fields, "text")
    return item("brief", 4).model_copy(update={"provenance": provenance, **fields})


def test_reference_has_all_that_is_known() -> None:
    """Kind, sender, date, subject and kenmerk stand in the order of an official citation."""
    known = letter(
        sender="De minister van Financiën", date="2023-02-02",
        subject="Kabinetsreactie exposoom", kenmerk="3332219-1024718-PG",
    )
    assert reference(known) == (
        "Kamerbrief van de minister van Financiën van 2 februari 2023, "
        "‘Kabinetsreactie exposoom’ (kenmerk 3332219-1024718-PG)"
    )


def test_a_name_behind_the_office_ends_with_a_comma() -> None:
    """The date is the letter's, and does not run into the name of who sent it."""
    named = letter(sender="De staatssecretaris, A. de Wit", date="2023-02-02", subject=None)
    assert reference(named) == "Kamerbrief van de staatssecretaris, A. de Wit, van 2 februari 2023"
    undated = letter(sender="De staatssecretaris, A. de Wit", subject=None)
    assert reference(undated) == "Kamerbrief van de staatssecretaris, A. de Wit"


def test_reference_invents_nothing() -> None:
    """A letter that says nothing of itself is cited by its kind alone."""
    assert reference(letter(subject=None)) == "Kamerbrief"
    assert reference(letter(subject=None, kind=Kind.OTHER)) == "Document"


def test_title_with_marks_of_its_own() -> None:
    """Quotation marks within a title do not end it."""
    titled = letter(subject="Advies ‘Betekenis van exposoomonderzoek’")
    assert reference(titled) == "Kamerbrief, “Advies ‘Betekenis van exposoomonderzoek’”"


def test_answers_to_written_questions_are_cited_by_their_number() -> None:
    """Who answered is not taken for who asked, and the number is the appendix's to the Acts."""
    answers = letter(
        kind=Kind.KAMERVRAGEN, sender="Minister Hermans (Klimaat en Groene Groei)",
        date="2024-07-17", subject=None, kenmerk="ah-tk-20232024-2168",
    )
    assert reference(answers) == (
        "Beantwoording van Kamervragen door Minister Hermans (Klimaat en Groene Groei) "
        "van 17 juli 2024 (Aanhangsel Handelingen II 2023/24, nr. 2168)"
    )


def test_a_kamerstuk_of_another_body_is_no_letter_of_a_minister() -> None:
    """An advice that is printed in the series of Kamerstukken is not cited as a Kamerbrief."""
    advice = letter(
        kind=Kind.KAMERSTUK, sender="De Afdeling advisering van de Raad van State", subject=None,
        date=None, kamerstukken=["35538-4"],
    )
    assert reference(advice) == (
        "Kamerstuk van de Afdeling advisering van de Raad van State (Kamerstuk 35538, nr. 4)"
    )


def test_a_quotation_with_marks_of_its_own_stands_in_others() -> None:
    """Where the quoted words open a quotation, one still sees where they begin and end."""
    cited = Source(1, "Advies", "“Die gegevens bevinden zich in de app.", "http://x")
    assert "    ‘“Die gegevens bevinden zich in de app.’\n" in Memo("", "", [cited]).text(
        Messages("nl")
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2023-10-25", "Kamerstukken II 2023/24, 32793, nr. 703"),
        ("2023-06-30", "Kamerstukken II 2022/23, 32793, nr. 703"),
        ("1999-12-31", "Kamerstukken II 1999/00, 32793, nr. 703"),
        ("2023-07-01", "Kamerstuk 32793, nr. 703"),
        ("2023-09-25", "Kamerstuk 32793, nr. 703"),
        (None, "Kamerstuk 32793, nr. 703"),
    ],
)
def test_parliamentary_year_only_where_it_is_certain(date: str | None, expected: str) -> None:
    """About the turn of the parliamentary year a date does not tell which one it was."""
    assert kamerstuk(letter(kamerstukken=["32793-703", "31765"], date=date)) == expected


def test_parliamentary_year_needs_a_date_of_the_letter_itself() -> None:
    """A date that was supplied, or is the file's, does not make a citation official."""
    dated = letter(kamerstukken=["32793-703"], date="2023-10-25")
    supplied = dated.model_copy(update={"provenance": {"date": "supplied"}})
    assert kamerstuk(supplied) == "Kamerstuk 32793, nr. 703"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], None),
        (["31765"], None),
        (["36600-XVI"], None),
        (["36600-XVI-12"], "Kamerstuk 36600 XVI, nr. 12"),
        (["32793-703", "31765-12"], "Kamerstuk 32793, nr. 703 en 31765, nr. 12"),
    ],
)
def test_only_numbers_within_a_dossier_are_kamerstukken(
    numbers: list[str], expected: str | None
) -> None:
    """A dossier is no Kamerstuk, and a letter may be several."""
    assert kamerstuk(letter(kamerstukken=numbers, date=None)) == expected


def test_kenmerk_of_the_series_is_not_said_twice() -> None:
    """The identifier `kst-32793-703` says what the Kamerstuk number says."""
    published = letter(
        kind=Kind.KAMERSTUK, kenmerk="kst-32793-703", kamerstukken=["32793-703"],
        date="2023-10-25", subject="Preventief gezondheidsbeleid",
    )
    assert reference(published) == (
        "Kamerbrief van 25 oktober 2023, ‘Preventief gezondheidsbeleid’ "
        "(Kamerstukken II 2023/24, 32793, nr. 703)"
    )
    assert "kenmerk kst-32793-703" in reference(
        published.model_copy(update={"kamerstukken": []})
    )


@pytest.mark.parametrize(
    ("page", "label", "section", "expected"),
    [
        (2, None, [], "blz. 2"),
        (2, "2", ["Tot slot"], "blz. 2"),
        (2, "14", [], "blz. 2 (gedrukt nummer 14)"),
        (None, None, ["Aanpak", "Tot slot"], "onder ‘Tot slot’"),
        (None, None, [], None),
    ],
)
def test_place(
    page: int | None, label: str | None, section: list[str], expected: str | None
) -> None:
    """The page where there is one, else the section, else nothing."""
    assert place(page, label, section) == expected


def test_source_without_its_letter() -> None:
    """A letter that has been taken out since is named by what its citation knows."""
    named = source(citation(1), None, "", "http://x/citaat")
    assert named.reference == (
        "Brief van 2 februari 2023, ‘Kabinetsreactie <exposoom>’ (kenmerk 3332219-1024718-PG), "
        "blz. 3"
    )


def test_quotation_stands_in_the_memo_once() -> None:
    """Words that the answer quotes are not repeated with their source."""
    said = citation(1, quote="Eind 2026\n& later.")
    assert source(said, None, "De brief zegt: “Eind 2026 & later.” [1]", "a").quote is None
    assert source(said, None, "Later [1].", "a").quote == "Eind 2026 & later."


@pytest.mark.parametrize(("language", "heading"), [("nl", "Bronnen"), ("en", "Sources")])
def test_memo_as_text(language: Any, heading: str) -> None:
    """The plain text has the question, the answer and each source with its address."""
    memo = Memo(
        "Wanneer\nis dat?", "Eind 2026 [1].", [Source(1, "Kamerbrief, blz. 3", "Eind", "http://x")]
    )
    lines = memo.text(Messages(language)).splitlines()
    assert lines[0].endswith(": Wanneer is dat?")
    assert lines[2:] == [
        "Eind 2026 [1].", "", heading, "[1] Kamerbrief, blz. 3", "    “Eind”", "    http://x"
    ]
