from __future__ import annotations

import random
import string
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader, PdfWriter

from ingest import ocr
from ingest.document import RawDocument, RawPage
from ingest.errors import UnreadableFile
from ingest.readers import read_document
from ingest.reading import make_letter
from ingest.recognition import page_list
from ingest.rules import without_rules
from ingest.scan_image import is_blank, skew, straightened
from ingest.text_layer import GIBBERISH, MISSING, SCANT, problem
from ingest.words import PageWords, Word
from tests.ingest_letters import CORPUS_LETTERS, corpus_letter
from tests.rendering.scans import (
    add_scan,
    askew,
    page_image,
    turned,
    without_character_table,
    write_scan,
)

RENDERED = Path(__file__).parent / "data" / "rendered"
LETTER = RENDERED / "kamerbrief.pdf"

NAMES = """Kajsa Ollongren, Dilan Yeşilgöz-Zegerius, Sjoerd Sjoerdsma, Wytske Postma, Selçuk Öztürk,
Tunahan Kuzu, Zohair El Yassini, Krzysztof Szczepański, Agnieszka Wojciechowska, Nguyễn Thị Hương,
Sybrand van Haersma Buma, Sietske Hoekstra-Bijlsma, Wybren van Haga, Folkert Idsinga, Attje Kuiken,
Queeny Rajkowski, Hrvoje Đurđević, Zbigniew Brzeziński, Khadija Arib, Ulysse Ellian, Fahid Minhas"""
LINKS = """https://www.rijksoverheid.nl/documenten/kamerstukken/2023/02/02/kabinetsreactie-exposoom
https://zoek.officielebekendmakingen.nl/kst-32793-703.html p.jansen@minvws.nl wjz@rws.nl
https://doi.org/10.1016/j.envint.2020.105889 https://www.rivm.nl/bibliotheek/2021-0102.pdf
https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX%3A32008R1272 ftp://ftp.knmi.nl/pub"""
ABBREVIATIONS = """VWS BZK EZK IenW LNV JenV OCW SZW AZ RIVM NVWA GGD GHOR VNG IPO UvW WRR SER SCP
CPB PBL CBS ZonMw NWO KNAW TNO KWR EFSA ECHA REACH CLP PFAS PFOA GenX ZZS POP PAK NOx NH3 PM2,5"""
FIGURES = "2021 1.234,5 38% € 12,40 2022 1.330,8 41% € 13,10 2023 1.402,2 44% € 14,75 " * 12
ENGLISH = """The Commission shall adopt implementing acts laying down detailed rules for reporting
of emissions by the operators of installations, and the competent authorities of the Member States
shall verify whether those reports meet the requirements of this Regulation within three months."""
DUTCH = """De Kamer wordt eind 2026 over de voortgang van de pilots, de gesprekstafel en de
verkenningen geïnformeerd. Daarbij betrekt het kabinet de uitkomsten van het onderzoek naar de
gezondheidseffecten van industriële uitstoot, en de bevindingen van de omgevingsdiensten."""


def page_of(text: str, image_share: float = 0.0, **style: bool) -> PageWords:
    """A page with the words of `text` on one line."""
    placed = [
        Word(word, 10.0 * index, 100.0, 10.0 * index + 9, 110.0, 10.0, **style)
        for index, word in enumerate(text.split())
    ]
    return PageWords(1, None, 595, 842, tuple(placed), image_share=image_share, is_drawn=True)


def shifted(text: str, by: int) -> str:
    """Every character some places on in the character set, as a font without a table gives it."""
    return "".join(one if one.isspace() else chr(max(0x20, ord(one) + by)) for one in text)


def renumbered(text: str, first: int) -> str:
    """Every character the number of its first appearance, counted from `first`."""
    order = list(dict.fromkeys(text.replace(" ", "").replace("\n", "")))
    return text.translate({ord(one): first + place for place, one in enumerate(order)})


def permuted(text: str, seed: int) -> str:
    """Every letter another letter."""
    letters = list(string.ascii_lowercase)
    random.Random(seed).shuffle(letters)
    return text.lower().translate(str.maketrans(string.ascii_lowercase, "".join(letters)))


@pytest.mark.parametrize("text", [NAMES, LINKS, ABBREVIATIONS, FIGURES, ENGLISH, DUTCH])
def test_what_letters_are_made_of_is_usable(text: str) -> None:
    """Names, links, abbreviations, figures and English are no gibberish, in any case of letters."""
    assert problem(page_of(text)) is None
    assert problem(page_of(text.upper())) is None


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_pages_of_letters_are_usable_and_their_scrambled_forms_are_not(name: str) -> None:
    """No page of a real letter is taken for gibberish; each with its letters replaced is."""
    text = corpus_letter(name).text
    for start in range(0, len(text) - 1000, 2500):
        page = text[start : start + 2500]
        assert problem(page_of(page)) is None, page
        for seed in range(3):
            assert problem(page_of(permuted(page, start + seed))) == GIBBERISH
        for scrambled in (shifted(page, -29), shifted(page, 29), shifted(page, 1),
                          renumbered(page, 0x21), renumbered(page, 0xE000)):
            assert problem(page_of(scrambled)) == GIBBERISH, scrambled[:80]


def test_characters_that_the_font_does_not_tell_are_gibberish() -> None:
    """Replacement characters and "(cid:12)" are found; a lone one may be a bullet."""
    assert problem(page_of("(cid:12)(cid:40)(cid:3) " * 30)) == GIBBERISH
    assert problem(page_of(DUTCH.replace("e", "\ufffd"))) == GIBBERISH
    assert problem(page_of(f"{DUTCH} o\ufffdcieel e\ufffdect speci\ufffdek")) == GIBBERISH
    assert problem(page_of("\ufffd " * 5 + DUTCH)) is None


def test_one_broken_font_among_good_ones_is_found() -> None:
    """Headings in a broken bold do not hide among readable text."""
    good = page_of(DUTCH * 5)
    bad = page_of(permuted(DUTCH, 4), bold=True)
    mixed = PageWords(1, None, 595, 842, good.words + bad.words)
    assert problem(mixed) == GIBBERISH


def test_a_page_without_words_is_empty_or_an_image() -> None:
    """A blank page has no problem; one on which something is drawn has."""
    assert problem(PageWords(1, None, 595, 842, ())) is None
    assert problem(PageWords(1, None, 595, 842, (), is_drawn=True)) == MISSING


def test_a_stamp_over_a_scan_does_not_make_it_readable() -> None:
    """A Bates number or labels over a page-filling image leave the page to be recognised."""
    assert problem(page_of("Woo-verzoek 2022-034 document 12 pagina 3", image_share=0.95)) == SCANT
    assert problem(page_of("5.1.2.e 5.1.2.i " * 60, image_share=0.95)) == SCANT
    assert problem(page_of("Hoogachtend, de minister", image_share=0.05)) is None
    assert problem(page_of(DUTCH, image_share=1.0)) is None


def test_page_numbers_are_listed_in_ranges() -> None:
    """A person can see at a glance which pages are meant."""
    assert page_list([4]) == "page 4"
    assert page_list([1, 2, 3]) == "pages 1–3"
    assert page_list([7, 1, 2, 3, 9]) == "pages 1–3, 7 and 9"


@pytest.mark.parametrize("degrees", [-4.0, 0.0, 1.0])
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_skew_is_measured_whichever_way_the_page_lies(degrees: float, turn: int) -> None:
    """The slope of the lines is found to a tenth of a degree, and straightening removes it."""
    image = turned(askew(page_image(LETTER, 1, 300), degrees), turn)
    assert skew(image) == pytest.approx(np.tan(np.deg2rad(degrees)), abs=0.0015)
    assert skew(straightened(image, skew(image))) == pytest.approx(0.0, abs=0.001)


def test_a_blank_page_is_told_from_one_with_a_line_of_text() -> None:
    """The back of a sheet is not sent to recognition; a page with a single word is."""
    blank = np.full((3508, 2480), 235, dtype=np.uint8)
    assert is_blank(blank)
    letter = page_image(LETTER, 1, 300)
    first = int(np.flatnonzero(letter.min(axis=1) < 100)[0])
    blank[300:340] = letter[first : first + 40, :2480]
    assert not is_blank(blank)


def test_rules_are_found_and_wiped_out_and_letters_stay() -> None:
    """The lines of a table are known to the layout, and not read as bars."""
    plain = page_image(LETTER, 1, 300)
    ruled = plain.copy()
    ruled[3300:3303, 300:2100] = 0
    ruled[3000:3400, 2200:2203] = 0
    wiped, rules = without_rules(ruled, 300)
    found = {tuple(round(edge) for edge in rule) for rule in rules}
    assert found >= {(72, 792, 504, 793), (528, 720, 529, 816)}
    assert wiped[3300:3303, 300:2100].min() > 200
    untouched = without_rules(plain, 300)[0]
    assert np.mean(untouched != plain) < 0.01


def test_a_doubtful_kenmerk_or_date_is_warned_of() -> None:
    """The report names what has to be held against the letter; a certain kenmerk is not named."""
    text = "Datum: 3 juni 2024\nOns kenmerk: IENW/BSK-2024/1234\n\nGeachte voorzitter,\n\n" + DUTCH
    page = RawPage(1, "1", text, ocr_confidence=0.9)

    def warnings(*doubtful: str) -> tuple[str, ...]:
        document = RawDocument((page,), doubtful=frozenset(doubtful))
        return make_letter(document, "brief.pdf", "0" * 64).warnings

    assert warnings("voorzitter") == ()
    (warning,) = warnings("IENW/BSK-2024/1234")
    assert warning.startswith("kenmerk IENW/BSK-2024/1234 was read by OCR with little certainty")
    (warning,) = warnings("2024")
    assert warning.startswith("date 2024-06-03 was read by OCR with little certainty")


def recognised(text: str, confidence: float, is_sideways: bool = False) -> ocr.Recognised:
    """What was read on a page, every word with the same confidence."""
    placed = [word._replace(confidence=confidence) for word in page_of(text).words]
    return ocr.Recognised(tuple(placed), (), 595.0, 842.0, is_sideways)


def test_a_page_is_turned_on_strong_evidence_only() -> None:
    """A poor scan that is Dutch stays as it lies; one whose words are no language is turned."""
    dutch, jumble = "ambtenaren zijn gelakt", "zUeAz pjdjub GZOZ"
    assert not recognised(dutch, 0.69).is_better_than(recognised(dutch, 0.65))
    assert not recognised(jumble, 0.9).is_better_than(recognised(dutch, 0.6))
    assert recognised(dutch, 0.9).is_better_than(recognised(jumble, 0.4))
    assert recognised(dutch, 0.9).is_better_than(recognised(dutch, 0.93, is_sideways=True))
    assert not recognised(jumble, 0.4).is_better_than(recognised(dutch, 0.9, is_sideways=True))


@pytest.mark.parametrize("degrees", [0.0, 1.5, -3.0])
@pytest.mark.parametrize("turn", [0, 90])
def test_skew_of_a_page_with_a_few_words_is_its_own(degrees: float, turn: int) -> None:
    """Two lines and a side column are not sheared to the slope of some chance alignment."""
    page = page_image(RENDERED / "zonder-briefhoofd.pdf", 2, 300)
    rows = np.flatnonzero(page.min(axis=1) < 100)
    short = np.full_like(page, 255)
    short[rows[0] : rows[0] + 100] = page[rows[0] : rows[0] + 100]
    side = page_image(LETTER, 4, 300)
    short[600:900, 1850:] = side[300:600, 1850:]
    image = turned(askew(short, degrees), turn)
    assert skew(image) == pytest.approx(np.tan(np.deg2rad(degrees)), abs=0.003)


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without the optional program."""
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def fake_tesseract(folder: Path, monkeypatch: pytest.MonkeyPatch, then: str) -> None:
    """A program by that name that knows Dutch, and does `then` when it is to recognise."""
    program = folder / "tesseract"
    program.write_text(f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo nld; exit; fi\n{then}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def scan_of(folder: Path, *pages: int) -> Path:
    """Pages of the letter as images alone."""
    return write_scan(folder / "scan.pdf", [page_image(LETTER, page, 100) for page in pages], 100)


def mixed(folder: Path) -> Path:
    """The letter with its second page as a scan and a blank scan at the end."""
    writer = PdfWriter()
    reader = PdfReader(LETTER)
    writer.add_page(reader.pages[0])
    add_scan(writer, page_image(LETTER, 2, 100), 100)
    writer.add_page(reader.pages[2])
    add_scan(writer, np.full((1170, 827), 240, dtype=np.uint8), 100)
    writer.write(folder / "mixed.pdf")
    return folder / "mixed.pdf"


def text_of(document: RawDocument, page: int) -> str:
    """The raw text of a page, counted from 1."""
    return document.pages[page - 1].text


@pytest.mark.usefixtures("no_tesseract")
def test_a_scan_without_tesseract_says_what_to_install(tmp_path: Path) -> None:
    """A letter that cannot be read is never indexed empty, and its remedy can be typed over."""
    assert not ocr.available()
    with pytest.raises(UnreadableFile) as raised:
        read_document(scan_of(tmp_path, 1, 2, 3))
    assert "needs OCR: pages 1–3" in raised.value.reason
    assert "apt-get install tesseract-ocr tesseract-ocr-nld" in raised.value.remedy


@pytest.mark.usefixtures("no_tesseract")
def test_a_broken_font_without_tesseract_is_reported_as_a_scan_is(tmp_path: Path) -> None:
    """Gibberish is not indexed."""
    broken = without_character_table(LETTER, tmp_path / "broken.pdf")
    with pytest.raises(UnreadableFile, match="needs OCR: pages 1–4"):
        read_document(broken)


@pytest.mark.usefixtures("no_tesseract")
def test_readable_pages_are_read_and_the_others_named(tmp_path: Path) -> None:
    """One scanned page among others costs that page, with a warning, and a blank one nothing."""
    document = read_document(mixed(tmp_path))
    whole = read_document(LETTER)
    assert sorted(text_of(document, 3).split()) == sorted(text_of(whole, 3).split())
    assert not text_of(document, 2).strip()
    assert len(document.pages) == 4
    (warning,) = [one for one in document.warnings if "OCR" in one]
    assert warning.startswith("needs OCR: page 2 ")
    assert "apt-get install tesseract-ocr tesseract-ocr-nld" in warning


@pytest.mark.usefixtures("no_tesseract")
def test_a_stamped_scan_without_tesseract_is_no_readable_page(tmp_path: Path) -> None:
    """A few typed words over a scan do not pass for the letter."""
    writer = PdfWriter()
    add_scan(writer, page_image(LETTER, 1, 100), 100, stamp="Woo 2022-034 document 12", strips=8)
    writer.write(tmp_path / "stamped.pdf")
    with pytest.raises(UnreadableFile, match="needs OCR: page 1"):
        read_document(tmp_path / "stamped.pdf")


@pytest.mark.usefixtures("no_tesseract")
def test_text_that_was_recognised_before_is_used(tmp_path: Path) -> None:
    """An invisible text layer over a scan is a text layer."""
    writer = PdfWriter()
    add_scan(writer, page_image(LETTER, 1, 100), 100, stamp=DUTCH, is_stamp_invisible=True)
    writer.write(tmp_path / "searchable.pdf")
    document = read_document(tmp_path / "searchable.pdf")
    assert " ".join(DUTCH.split()) in " ".join(text_of(document, 1).split())
    assert not document.warnings


@pytest.mark.parametrize("then", ["exit 1", "sleep 60", "echo '<html>'"])
def test_a_page_that_tesseract_fails_on_is_named(
    then: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash, a hang beyond the limit or half an answer cost the page, and are reported."""
    source = mixed(tmp_path)
    fake_tesseract(tmp_path, monkeypatch, then)
    monkeypatch.setattr(ocr, "SECONDS_PER_PAGE", 0.5)
    document = read_document(source)
    assert text_of(document, 1).strip()
    (warning,) = [one for one in document.warnings if "recognition" in one]
    assert "page 2" in warning


def test_tesseract_without_dutch_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """English data alone would read Dutch badly: it counts as missing."""
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho eng\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not ocr.available()
