"""One letter in several files, newer versions, and letters that merely share a kenmerk."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from index.arrange import arrange
from index.files import FileRecord, LetterFiles, Role, files_by_letter
from index.judgement import Read
from index.rows import summarise
from index.similarity import difference, runs_of, sketch_of, split_words
from index.snapshot import load_active
from index.store import Store
from index.synchronise import FileReport, Status, synchronise
from index.wording import Wording, dumped, loaded, wording_of
from ingest.reading import read_letter
from tests.conftest import HashEmbedder, NoEmbedder, write_letter

if TYPE_CHECKING:
    from pathlib import Path

    from index.synchronise import IngestReport

KENMERK = "IENW/BSK-2025/4711"
SENTENCES = [
    "Het drinkwater in de regio wordt vanaf 2026 elk kwartaal onderzocht op bestrijdingsmiddelen.",
    "De waterbedrijven betalen dit onderzoek uit de middelen die in 2024 zijn toegezegd.",
    "Gemeenten ontvangen de uitkomsten binnen zes weken na het einde van elk kwartaal.",
    "Waar een norm wordt overschreden, stelt het waterbedrijf een plan van aanpak op.",
    "De Inspectie Leefomgeving en Transport ziet toe op de uitvoering van deze plannen.",
    "Ik informeer uw Kamer in het najaar over de eerste resultaten van het onderzoek.",
]
OTHER = [
    "De luchtkwaliteit bij de haven is het afgelopen jaar licht verbeterd ten opzichte van 2023.",
    "Vooral de uitstoot van zeeschepen aan de kade is door walstroom sterk gedaald.",
    "Op drie meetpunten wordt de advieswaarde voor fijnstof nog niet gehaald.",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the letters are."""
    return tmp_path / "letters"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where the index comes."""
    return tmp_path / "index"


def write(
    folder: Path, name: str, sentences: list[str], *, kenmerk: str | None = KENMERK,
    date: str = "1 maart 2025", subject: str | None = None, changed: int = 0,
) -> Path:
    """A letter with a kenmerk, date and subject; `changed` is when its file was, in days."""
    head = f"Datum {date}\n" + (f"Ons kenmerk {kenmerk}\n" if kenmerk else "")
    head += f"Betreft {subject}\n" if subject else ""
    path = write_letter(folder, name, head, "Geachte voorzitter,", " ".join(sentences))
    os.utime(path, (changed * 86_400, changed * 86_400))
    return path


def write_html(folder: Path, name: str, sentences: list[str]) -> Path:
    """The letter of `write` as a page of the web."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(
        "<!DOCTYPE html><html><body><main><p>Datum 1 maart 2025<br>Ons kenmerk "
        f"{KENMERK}</p><p>Geachte voorzitter,</p><p>{' '.join(sentences)}</p></main></body></html>"
    )
    return path


def row(report: IngestReport, source: str) -> FileReport:
    """What a report says of one file."""
    return next(file for file in report.files if file.source == source)


def letters(directory: Path) -> dict[str, LetterFiles]:
    """The files of each letter, by its id."""
    store = Store(directory)
    try:
        active = store.ledger.active()
        assert active is not None
        return files_by_letter(store.ledger.files(active[0]))
    finally:
        store.close()


def test_one_letter_in_two_formats_is_one_letter(folder: Path, directory: Path) -> None:
    """The second is reported as a copy, is no letter of its own, and stands among the sources."""
    write(folder, "brief.txt", SENTENCES)
    synchronise(directory, [folder], HashEmbedder())
    write_html(folder, "brief.html", SENTENCES)
    report = synchronise(directory, [folder], NoEmbedder())
    copy = row(report, "brief.html")
    assert (copy.status, copy.detail) == (Status.DUPLICATE, "the same letter as brief.txt")
    assert (report.letters, report.generation) == (1, 1)
    [one] = letters(directory).values()
    assert one.sources == ("brief.txt", "brief.html")
    again = synchronise(directory, [folder], NoEmbedder())
    assert {file.status for file in again.files} == {Status.UNCHANGED}


def test_a_copy_takes_over_when_the_letter_goes(folder: Path, directory: Path) -> None:
    """The letter stays under its id, from the file that is left, and nothing is embedded anew."""
    write(folder, "brief.txt", SENTENCES)
    synchronise(directory, [folder], HashEmbedder())
    copies = folder.parent / "copies"
    write(copies, "kopie.txt", SENTENCES)
    synchronise(directory, [copies], NoEmbedder())
    (folder / "brief.txt").unlink()
    report = synchronise(directory, [folder], NoEmbedder(), allow_removals=True)
    assert row(report, "brief.txt").status is Status.REMOVED
    assert row(report, "kopie.txt").status is Status.CHANGED
    [letter] = load_active(directory).letters
    assert (letter.letter_id, letter.source) == ("ienw-bsk-2025-4711", "kopie.txt")


def test_copies_without_kenmerk_are_known_by_their_words(folder: Path, directory: Path) -> None:
    """Without kenmerk, nearly the same words make one letter, and half of them do not."""
    write(folder, "a.txt", SENTENCES, kenmerk=None)
    write(folder, "b.txt", [*SENTENCES[:3], *OTHER], kenmerk=None)
    write(folder, "c.txt", [f"{sentence}\n" for sentence in SENTENCES], kenmerk=None)
    report = synchronise(directory, [folder], HashEmbedder())
    assert [file.status for file in report.files] == [
        Status.ADDED, Status.ADDED, Status.DUPLICATE
    ]


@pytest.mark.parametrize(
    ("edit", "by_word"),
    [("2026", "2027"), ("zes weken", "acht weken"), ("elk kwartaal", "elke maand")],
)
@pytest.mark.parametrize("name", ["nieuw.txt", "nieuw.html"])
def test_an_edited_letter_is_a_newer_version(
    folder: Path, directory: Path, edit: str, by_word: str, name: str
) -> None:
    """One number or word that differs makes another version, in the same format and in another;
    the file that was changed last is searched, and the record shows what it replaced."""
    write(folder, "oud.txt", SENTENCES, changed=1)
    synchronise(directory, [folder], HashEmbedder())
    edited = [sentence.replace(edit, by_word) for sentence in SENTENCES]
    make = write_html if name.endswith("html") else write
    os.utime(make(folder, name, edited), (10 * 86_400,) * 2)
    report = synchronise(directory, [folder], HashEmbedder())
    old = row(report, "oud.txt")
    was = next(sentence for sentence in SENTENCES if edit in sentence)
    said = f"replaced by {name}: here “{was}”, there “{was.replace(edit, by_word)}”"
    assert (old.status, old.detail) == (Status.REPLACED, said)
    [letter] = load_active(directory).letters
    assert (letter.letter_id, letter.source) == ("ienw-bsk-2025-4711", name)
    [one] = letters(directory).values()
    assert [(earlier.source, earlier.date) for earlier in one.replaces] == [
        ("oud.txt", "2025-03-01")
    ]


def test_the_date_of_a_letter_says_which_version_is_newer(folder: Path, directory: Path) -> None:
    """A file that was copied later does not make an older letter the newer one."""
    write(folder, "nieuw.txt", [*SENTENCES, OTHER[0]], date="1 april 2025", changed=1)
    write(folder, "oud.txt", SENTENCES, date="1 maart 2025", changed=9)
    report = synchronise(directory, [folder], HashEmbedder())
    assert row(report, "oud.txt").status is Status.REPLACED
    assert [one.source for one in load_active(directory).letters] == ["nieuw.txt"]


def test_an_older_version_comes_back(folder: Path, directory: Path) -> None:
    """When the file of the newer one is gone the older is searched again, and costs nothing."""
    write(folder, "oud.txt", SENTENCES, changed=1)
    synchronise(directory, [folder], HashEmbedder())
    write(folder, "nieuw.txt", SENTENCES[:5], changed=2)
    synchronise(directory, [folder], HashEmbedder())
    (folder / "nieuw.txt").unlink()
    report = synchronise(directory, [folder], NoEmbedder(), allow_removals=True)
    assert row(report, "oud.txt").status is Status.CHANGED
    assert [one.source for one in load_active(directory).letters] == ["oud.txt"]
    assert not letters(directory)["ienw-bsk-2025-4711"].replaces


def test_a_version_that_cannot_be_read_replaces_nothing(folder: Path, directory: Path) -> None:
    """A newer file that fails leaves the letter as it was."""
    write(folder, "oud.txt", SENTENCES, changed=1)
    synchronise(directory, [folder], HashEmbedder())
    (folder / "nieuw.txt").write_bytes(b"")
    report = synchronise(directory, [folder], NoEmbedder())
    assert row(report, "nieuw.txt").status is Status.FAILED
    assert row(report, "oud.txt").status is Status.UNCHANGED
    assert [one.source for one in load_active(directory).letters] == ["oud.txt"]


def test_what_a_file_held_before_is_shown(folder: Path, directory: Path) -> None:
    """A letter that is overwritten by a newer version of itself shows that; one that is
    overwritten by another letter does not; one that changes back has replaced nothing."""
    write(folder, "brief.txt", SENTENCES)
    synchronise(directory, [folder], HashEmbedder())
    write(folder, "brief.txt", SENTENCES[:4], date="5 maart 2025")
    synchronise(directory, [folder], HashEmbedder())
    [one] = letters(directory).values()
    assert [earlier.date for earlier in one.replaces] == ["2025-03-01"]
    write(folder, "brief.txt", SENTENCES)
    synchronise(directory, [folder], HashEmbedder())
    [one] = letters(directory).values()
    assert [earlier.date for earlier in one.replaces] == ["2025-03-05"]
    write(folder, "brief.txt", OTHER, kenmerk="VWS/2025/1")
    synchronise(directory, [folder], HashEmbedder())
    assert {letter_id: one.replaces for letter_id, one in letters(directory).items()} == {
        "vws-2025-1": ()
    }


def test_a_letter_and_its_annex_stay_two(folder: Path, directory: Path) -> None:
    """Other text and another subject under one kenmerk: both are letters, and each is told of."""
    write(folder, "brief.txt", SENTENCES, subject="Onderzoek drinkwater")
    write(folder, "bijlage.txt", OTHER, subject="Metingen luchtkwaliteit")
    report = synchronise(directory, [folder], HashEmbedder())
    assert report.letters == 2
    assert "brief.txt has the same kenmerk" in row(report, "bijlage.txt").warnings[0]
    assert "bijlage.txt has the same kenmerk" in row(report, "brief.txt").warnings[0]


def test_one_text_to_two_addressees_stays_two_letters(folder: Path, directory: Path) -> None:
    """The same words under two kenmerken are two letters, also where a third has none."""
    write(folder, "a.txt", SENTENCES, kenmerk="A/2025/1")
    write(folder, "b.txt", SENTENCES, kenmerk="B/2025/1")
    (folder / "c.html").write_text(
        "<!DOCTYPE html><html><body><main><p>Datum 1 maart 2025</p><p>Geachte voorzitter,</p><p>"
        f"{' '.join(SENTENCES)}</p></main></body></html>"
    )
    assert synchronise(directory, [folder], HashEmbedder()).letters >= 2
    assert {"a-2025-1", "b-2025-1"} <= set(letters(directory))


@pytest.mark.parametrize("name", ["nieuw.txt", "nieuw.html"])
@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        ([*SENTENCES[:2], OTHER[0], *SENTENCES[2:]], f"there “{OTHER[0]}”"),
        ([*SENTENCES[:4], *SENTENCES[5:]], f"here “{SENTENCES[4]}”"),
        (
            [*SENTENCES[:2], SENTENCES[2].replace("ontvangen", "ontvangen niet"), *SENTENCES[3:]],
            "there “Gemeenten ontvangen niet de uitkomsten",
        ),
        ([*SENTENCES, "Nee."], "there “Nee.”"),
    ],
)
def test_no_sentence_more_or_less_passes_for_a_copy(
    folder: Path, directory: Path, name: str, sentences: list[str], said: str
) -> None:
    """A sentence added or left out and a "niet" put in make a version, in any format, and the
    report shows the sentence."""
    write(folder, "oud.txt", SENTENCES, changed=1)
    make = write_html if name.endswith("html") else write
    os.utime(make(folder, name, sentences), (10 * 86_400,) * 2)
    old = row(synchronise(directory, [folder], HashEmbedder()), "oud.txt")
    assert old.status is Status.REPLACED
    assert said in old.detail


def misread(folder: Path, word: str) -> None:
    """An older letter with pages, and a newer one without them that has `word` for "regio"."""
    paged = write(folder, "brief.txt", SENTENCES, changed=1)
    head, _, body = paged.read_text().partition("De waterbedrijven")
    paged.write_text(f"{head.rstrip()}\n\fDe waterbedrijven{body}")
    os.utime(paged, (86_400,) * 2)
    newer = [one.replace("regio", word) for one in SENTENCES]
    os.utime(write_html(folder, "brief.html", newer), (10 * 86_400,) * 2)


@pytest.mark.parametrize(
    ("word", "kept"), [("regia", "brief.txt"), ("stad", "brief.html"), ("regio5", "brief.html")]
)
def test_a_word_spelt_otherwise_costs_no_pages(
    folder: Path, directory: Path, word: str, kept: str
) -> None:
    """One word that a reader may have misread does not put a file without pages in the place of one
    with them: that is kept, with a warning. Another word, or a digit, is an edit."""
    misread(folder, word)
    report = synchronise(directory, [folder], HashEmbedder())
    assert [one.source for one in load_active(directory).letters] == [kept]
    warned = any("spells a word otherwise" in one for one in row(report, kept).warnings)
    assert warned == (kept == "brief.txt")


def wording(*sentences: str, rest: tuple[str, ...] = ()) -> Wording:
    """What a letter of these sentences is compared by."""
    return Wording(tuple(("", one) for one in sentences), rest)


def test_how_a_text_is_cut_is_no_difference() -> None:
    """Line-end hyphens, sentences cut otherwise, notes in another place and other bullets are not
    compared, nor what one of two formats has as a running head."""
    first = wording("De milieu- hygiënische eﬀecten zijn bepaald. Zie", "de bijlage.", "Ja.")
    second = Wording(
        (("a.", "Ja."), ("", "De milieuhygiënische effecten zijn bepaald."),
         ("•", "Zie de bijlage.")), ("Ministerie van VWS", "Pagina 1 van 2"),
    )
    assert difference(first, second) is None


def test_a_short_sentence_is_not_found_within_a_word() -> None:
    """"Nee." stands in "tweede" and "meneer" by its letters, and yet "Ja." is another answer."""
    common = "Is meneer Jansen de tweede die dit jaar verhuist?"
    assert difference(wording(common, "Ja."), wording(common, "Nee.")) is not None


def test_a_decimal_is_no_whole_number() -> None:
    """The comma within a number counts."""
    assert difference(wording("Het is 1,5 meter."), wording("Het is 15 meter.")) is not None


@pytest.mark.parametrize(
    ("there", "same"),
    [
        ("De gerneente krijgt de uitkornsten binnen zes weken na 1 mei 2026.", True),
        ("De gemeente krijgt de uitkomsten binnen zes weken na 1 mei 2028.", False),
        ("De gemeente krijgt de uitkomsten binnen zes weken na l mei 2O26.", True),
        ("De gemeente krijgt de uitkomsten binnen zes weken na mei 2026.", False),
        ("De gemeente krijgt de uitkomsten niet binnen zes weken na 1 mei 2026.", False),
        ("De gemeente krijgt de uitkomsten binnen acht weken na 1 mei 2026.", False),
    ],
)
def test_recognised_letters_may_be_wrong_and_nothing_else(there: str, same: bool) -> None:
    """Of text that was recognised in an image some letters may differ, and digits taken for letters
    that look alike, but no other digit, negation or word; of other text nothing may."""
    here = "De gemeente krijgt de uitkomsten binnen zes weken na 1 mei 2026."
    around = (SENTENCES[0], SENTENCES[1])
    found = difference(wording(*around, here), wording(*around, there), recognised=True)
    assert (found is None) == same
    assert difference(wording(*around, here), wording(*around, there)) is not None


def test_a_wording_is_kept_as_it_was() -> None:
    """What is compared comes out of the database as it went in."""
    for one in (wording(), wording("Ja.", rest=("Datum",)), Wording((("1.", "Een tekst."),), ())):
        assert loaded(dumped(one)) == one


def test_sketches_of_like_texts_are_alike() -> None:
    """What is worth comparing is found by sketches: copies share most of theirs, others none."""
    text = " ".join(f"{number % 997}e {number}" for number in range(5000))
    words = split_words(text)
    assert len(set(sketch_of(runs_of(words))) & set(sketch_of(runs_of(words[50:])))) > 50
    other = split_words(" ".join(f"{number}x" for number in range(5000)))
    assert not set(sketch_of(runs_of(words))) & set(sketch_of(runs_of(other)))


def test_nothing_is_arranged_into_nothing() -> None:
    """An index without files has no letters."""
    assert arrange([], lambda version: []) == []


def as_read(path: Path, *, by_ocr: bool) -> tuple[Read, Wording]:
    """A file and what it is compared by, as if it had been read, or recognised in an image."""
    letter = read_letter(path)
    summary = replace(summarise(letter, 0), pages=1, pages_by_ocr=int(by_ocr))
    record = FileRecord(
        "map", path.name, letter.sha256, 1, path.stat().st_mtime, "",
        version=1 + by_ocr, date=letter.metadata.date,
    )
    return Read(record, summary), wording_of(letter)


@pytest.mark.parametrize(
    ("date", "kept"), [("1 maart 2025", "brief.txt"), ("1 april 2025", "scan.txt")]
)
def test_a_scan_takes_the_place_of_no_text_of_the_same_date(
    folder: Path, date: str, kept: str
) -> None:
    """What recognition made of a letter is not searched where its text is there, also where the
    scan came later and a digit differs; but a scan of a later version is."""
    text = write(folder, "brief.txt", SENTENCES, changed=1)
    misread = [one.replace("2026", "2028") for one in SENTENCES]
    scan = write(folder, "scan.txt", misread, date=date, changed=9)
    files, wordings = zip(as_read(text, by_ocr=False), as_read(scan, by_ocr=True), strict=True)
    records = arrange(files, dict(zip((1, 2), wordings, strict=True)).__getitem__)
    assert [one.source for one in records if one.role is Role.LETTER] == [kept]
    assert {one.role for one in records} == {Role.LETTER, Role.SUPERSEDED}


@pytest.mark.parametrize(
    ("row", "same"),
    [
        ("Jaar Gemeente Bedrag", True),
        ("Datum 1 mei 2025", True),
        ("2025 Almelo Ministerie van VWS Ons kenmerk VWS/1 2026 Borne 13.500", True),
        ("2025 Almelo Ministerie van VWS Ons kenmerk VWS/1 2026 Borne 13.600", False),
        ("Ministerie van VWS Datum 1 mei 2025 " + SENTENCES[1], True),
        ("Dit bedrag wordt niet verlaagd.", False),
        (SENTENCES[1], False),
        ("Ja.", False),
    ],
)
def test_what_a_format_repeats_on_every_page_is_no_edit(row: str, same: bool) -> None:
    """Of two files of one date, one may hold the heads of tables and pages again, also within a
    row or sentence; a sentence, an answer or a figure that only one of them has makes versions, and
    so does a sentence that one of them has twice."""
    rest = ("Ministerie van VWS", "Datum 1 mei 2025", "Ons kenmerk VWS/1")
    body = (SENTENCES[0], "Ja.", "Jaar Gemeente Bedrag", "2025 Almelo", "2026 Borne 13.500")
    first, second = wording(*body, rest=rest), wording(*body, row, SENTENCES[1], rest=rest)
    first = replace(first, sentences=(*first.sentences, ("", SENTENCES[1])))
    assert (difference(first, second, repeats=True) is None) == same
    assert difference(first, second) is not None
