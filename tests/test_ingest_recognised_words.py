"""What is made of the words on an image: their size, weight and marks, read anew where in doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ingest import ocr
from ingest.digits import with_digits
from ingest.doubts import with_second_reading
from ingest.hocr import Letter, Spelled, words
from ingest.margin import UNREAD, with_marks
from ingest.montage import read_apart, without_words
from ingest.weight import with_weight
from tests.rendering.scans import Image

HOCR = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><body>
<span class='ocr_line' title="bbox 100 100 400 150; baseline 0.01 -10; x_size 40">
<span class='ocrx_word' title='bbox 100 110 200 140; x_wconf 96'>
<span class='ocrx_cinfo' title='x_bboxes 100 112 130 140; x_conf 99'>n</span>
<span class='ocrx_cinfo' title='x_bboxes 132 112 160 140; x_conf 99'>u</span>
<span class='ocrx_cinfo' title='x_bboxes 162 134 166 140; x_conf 99'>.</span>
<span class='ocrx_cinfo' title='x_bboxes 168 108 180 125; x_conf 90'>&quot;</span></span>
<span class='ocrx_word' title='bbox 300 110 340 140; x_wconf 50'>
<span class='ocrx_cinfo' title='x_bboxes 300 108 312 118; x_conf 99'>”</span></span>
</span></body></html>"""


def test_words_are_read_from_hocr_with_their_baseline() -> None:
    """Place and confidence of a word come from its line and its letters."""
    first, second = words(HOCR)
    assert (first.text, first.confidence) == ('nu."', 0.96)
    assert first.baseline == pytest.approx(140.0)
    assert second.baseline == pytest.approx(142.0)


def spelled(text: str, left: int, confidence: float = 0.9, down: int = 0) -> Spelled:
    """A word of letters that are 20 pixels wide, on the baseline 140 or so many pixels lower."""
    letters = (
        Letter(one, left + 20 * at, 112 + down, left + 20 * at + 18, 140 + down)
        for at, one in enumerate(text)
    )
    return Spelled(tuple(letters), 140.0 + down, 40.0, confidence)


def hocr_of(*lines: tuple[str, int, float]) -> str:
    """hOCR of lines: their text, the height of tall letters, and their size as tesseract has it.

    Small letters are three quarters as high as capitals, and none hangs below the baseline.
    """
    written = []
    for at, (text, tall, size) in enumerate(lines):
        foot = 100 * at + 90
        letters = "".join(
            f"<span class='ocrx_cinfo' title='x_bboxes {20 * place} "
            f"{foot - (tall if one in 'bdfhklBDH' else tall * 3 // 4)} {20 * place + 18} {foot}'>"
            f"{one}</span>"
            for place, one in enumerate(text)
        )
        written.append(
            f"<span class='ocr_line' title='bbox 0 {foot - 40} 400 {foot}; baseline 0 0; "
            f"x_size {size}'><span class='ocrx_word' title='bbox 0 {foot - 40} 400 {foot}; "
            f"x_wconf 95'>{letters}</span></span>"
        )
    return f"<html>{''.join(written)}</html>"


def test_lines_of_one_type_have_one_size_whichever_letters_they_have() -> None:
    """A line without tall letters is no smaller print than the one above it; a note is."""
    hocr = hocr_of(
        ("haarden", 40, 50.0), ("heden", 40, 47.0), ("een", 40, 42.0), ("bed", 32, 50.0)
    )
    first, second, short, note = [word.size for word in words(hocr)]
    assert first == pytest.approx(second, rel=0.01)
    assert first == pytest.approx(short, rel=0.01)
    assert note == pytest.approx(0.8 * first, rel=0.01)


def read_as(
    text: str, confidence: float = 0.9, size: float = 120.0
) -> Callable[[Image], list[Spelled]]:
    """A reader that finds `text` in the middle of the sheet; sizes are thrice those on the page."""

    def read(sheet: Image) -> list[Spelled]:
        middle = sheet.shape[0] // 2
        letters = (Letter(one, 60 + 20 * at, middle - 9, 78 + 20 * at, middle + 9)
                   for at, one in enumerate(text))
        return [Spelled(tuple(letters), float(middle + 9), size, confidence)]

    return read


WHITE = np.full((300, 800), 255, dtype=np.uint8)


def test_a_raised_digit_becomes_a_word_of_its_own_and_a_quotation_mark_does_not() -> None:
    """A citing digit that was taken for a quote is read apart; a quote keeps its place."""
    first, second = words(HOCR)
    size = replace(first, size=40.0), replace(second, size=40.0)
    found = with_digits(size, WHITE, read_as("7"))
    assert [word.text for word in found] == ["nu.", "7", "”"]
    body, mark, _ = found
    assert not body.space_after
    assert mark.baseline < body.baseline - 10
    assert mark.size < 0.7 * body.size


def test_a_raised_digit_before_a_stop_is_read_apart_too() -> None:
    """A note cited at the end of a sentence, before its full stop, keeps both."""
    body = spelled("gesteld", 100).letters
    word = Spelled(
        (*body, Letter("®", 240, 104, 250, 122), Letter(".", 252, 136, 256, 140)), 140.0, 40.0, 0.9
    )
    found = with_digits([word], WHITE, read_as("3"))
    assert [one.text for one in found] == ["gesteld", "3", "."]
    assert [one.space_after for one in found] == [False, False, True]


def inked(*boxes: tuple[int, int, int, int]) -> Image:
    """A white page with ink in boxes: left, top, right, bottom."""
    image = WHITE.copy()
    for left, top, right, bottom in boxes:
        image[top:bottom, left:right] = 0
    return image


LINES = [spelled("regel", 200), spelled("regel", 200, down=60)]


@pytest.mark.parametrize(
    ("ink", "mark"),
    [
        ([(0, 118, 12, 130)], "•"),
        ([(0, 122, 6, 128)], "·"),
        ([(0, 124, 20, 128)], "–"),
        ([(0, 112, 14, 140), (18, 134, 23, 140)], f"{UNREAD}."),
        ([(0, 104, 9, 122)], UNREAD),
    ],
)
def test_marks_in_the_margin_are_known_by_their_shape(
    ink: list[tuple[int, int, int, int]], mark: str
) -> None:
    """Bullets, dashes and numbers before lines, which recognition passes over, are found."""
    boxes = [(left + 130, top + down, right + 130, bottom + down)
             for left, top, right, bottom in ink for down in (0, 60)]
    found = with_marks(LINES, inked(*boxes))
    assert sorted(word.text for word in found) == sorted([mark, mark, "regel", "regel"])
    assert {word.baseline for word in found if word.text == mark} == {140.0, 200.0}


@pytest.mark.parametrize(
    "ink",
    [
        [(130, 118, 142, 130)],  # in line with nothing
        [(130, 90, 142, 230)],  # a line down the margin
        [(60, 118, 150, 130), (60, 178, 150, 190)],  # runs on to the left
        [(130, 136, 134, 140), (130, 196, 134, 200)],  # specks
    ],
)
def test_what_else_stands_in_the_margin_is_no_mark(ink: list[tuple[int, int, int, int]]) -> None:
    """Dust, strokes and rules do not make items of lines."""
    assert [word.text for word in with_marks(LINES, inked(*ink))] == ["regel", "regel"]


def test_a_lone_sign_read_with_little_certainty_gives_way_to_the_bullet_that_it_is() -> None:
    """A bullet taken for an "e" is a bullet; an "e" that was read with certainty stays."""
    ink = inked((130, 118, 142, 130), (130, 178, 142, 190))
    letter = (Letter("e", 130, 118, 142, 130),)
    unsure, sure = (Spelled(letter, 140.0, 40.0, confidence) for confidence in (0.4, 0.9))
    found = [one.text for one in with_marks([unsure, *LINES], ink)]
    assert sorted(found) == ["regel", "regel", "•", "•"]
    assert "e" in [one.text for one in with_marks([sure, *LINES], ink)]


def test_a_lone_letter_is_never_lost() -> None:
    """A letter before a line that is no bullet stays as it was read, however uncertain."""
    ink = inked((130, 112, 144, 140))
    letter = Spelled((Letter("a", 130, 112, 144, 140),), 140.0, 40.0, 0.4)
    assert sorted(one.text for one in with_marks([letter, *LINES], ink)) == ["a", "regel", "regel"]


def test_a_number_in_the_margin_is_read_apart_or_left_out() -> None:
    """Its digits are read as digits; what cannot be read does not stand in the text."""
    number = Spelled(
        (Letter(UNREAD, 130, 112, 144, 140), Letter(".", 148, 134, 153, 140)), 140.0, 40.0, 0.9
    )
    assert [one.text for one in with_digits([number], WHITE, read_as("2"))] == ["2."]
    assert with_digits([number], WHITE, read_as("2", 0.3)) == []


@pytest.mark.parametrize(
    ("bottom", "expected"), [(140, "2."), (146, "2,")], ids=["on the baseline", "below it"]
)
def test_the_stop_after_a_number_is_known_by_its_shape(bottom: int, expected: str) -> None:
    """A "2," before an item is "2." where its sign does not hang below the line."""
    letters = Letter("2", 200, 112, 218, 140), Letter(",", 220, bottom - 6, 226, bottom)
    word = Spelled(letters, 140.0, 40.0, 0.7)
    assert [one.text for one in with_marks([word], WHITE)] == [expected]


def test_doubted_words_are_read_once_more() -> None:
    """What a second reading is sure of takes their place, small print with a size of its own."""
    sure = spelled("met", 0)
    doubted = [spelled("ri", 100, 0.3), spelled("Ke", 150, 0.3)]
    read = with_second_reading([sure, *doubted], WHITE, read_as("5.1.1c", 0.9))
    assert [word.text for word in read] == ["met", "5.1.1c"]
    assert (read[1].baseline, read[1].size) == (sure.baseline, sure.size)
    _, small = with_second_reading([sure, *doubted], WHITE, read_as("kst-36944-27", size=60.0))
    assert (small.text, small.size) == ("kst-36944-27", 20.0)
    read = with_second_reading([sure, *doubted], WHITE, read_as("5.1.1c", 0.7))
    assert [word.text for word in read] == ["met", "ri", "Ke"]


def test_what_is_read_apart_keeps_its_place_on_the_page() -> None:
    """Words read on the enlarged sheet stand where their part of the page does."""
    image, (word,) = inked((300, 100, 360, 140)), [spelled("ab", 300)]
    (read,) = read_apart(image, [word.letters], read_as("x", 0.9))[0]
    (letter,) = read.letters
    assert 290 < letter.left < 310
    assert 110 < letter.top < letter.bottom < 140


def test_many_parts_are_read_from_several_sheets() -> None:
    """However many words are in doubt, no sheet is longer than tesseract takes."""
    heights = []

    def read(sheet: Image) -> list[Spelled]:
        heights.append(sheet.shape[0])
        return read_as("x")(sheet)

    found = read_apart(WHITE, [spelled("ab", 300).letters] * 301, read)
    assert len(found) == 301
    assert len(heights) > 1
    assert max(heights) < 32_767
    assert sum(len(words) for words in found) == len(heights)


def test_words_are_wiped_out_to_the_paper_around_them() -> None:
    """On grey paper no white boxes are left, which would be read as letters."""
    grey = np.full((300, 800), 140, dtype=np.uint8)
    word = spelled("regel", 200)
    for one in word.letters:
        grey[one.top : one.bottom, one.left + 4 : one.right - 4] = 30
    assert np.unique(without_words(grey, [word])).tolist() == [140]


def test_bold_type_is_told_by_its_strokes() -> None:
    """A heading in type of the size of the text stands out by its weight."""
    lines = [replace(word, size=word.size + at) for at, word in enumerate(LINES)]
    thin = [(one.left + 4, one.top, one.left + 8, one.bottom) for one in lines[0].letters]
    thick = [(one.left + 4, one.top, one.left + 11, one.bottom) for one in lines[1].letters]
    text = replace(lines[0], letters=lines[0].letters * 3)
    found = with_weight([text, lines[1]], inked(*thin, *thick))
    assert [word.bold for word in found] == [False, True]


def test_a_word_without_width_has_no_weight() -> None:
    """Tesseract's guesses on a page on its side may have boxes of no width."""
    letters = tuple(Letter("i", 200, 112, 200, 140) for _ in range(5))
    (word,) = with_weight([Spelled(letters, 140.0, 40.0, 0.3)], WHITE)
    assert not word.bold


GUESS = """<html xmlns="http://www.w3.org/1999/xhtml"><body>
<span class='ocr_line' title="bbox 100 700 200 750; baseline 0 0; x_size 40">
<span class='ocrx_word' title='bbox 100 700 140 750; x_wconf 61'>
<span class='ocrx_cinfo' title='x_bboxes 100 3508 140 3508; x_conf 61'>U</span></span>
</span></body></html>"""


def test_a_guess_without_a_place_is_no_word() -> None:
    """Letters whose boxes lie below their own line, or have no height, are not text."""
    assert words(GUESS) == []
    flat = GUESS.replace("100 3508 140 3508", "100 749 140 750")
    assert words(flat) == []
    assert [word.text for word in words(flat.replace("U<", ".<"))] == ["."]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("1__Kamerstuk", ["1", "Kamerstuk"]),
        ("?_Zie", ["?", "Zie"]),
        ("besluit__geheel", ["besluit", "geheel"]),
        ("jan_jansen@minvws.nl", ["jan_jansen@minvws.nl"]),
    ],
)
def test_a_gap_that_was_read_as_a_line_parts_words(read: str, expected: list[str]) -> None:
    """A note's number stands apart from its text; an address keeps its underscore."""
    assert [word.text for word in ocr._with_gaps([spelled(read, 100)])] == expected


def test_a_link_that_was_read_in_parts_is_one_word() -> None:
    """No space after "https:" or before a dot of a link; a sentence keeps its spaces."""
    found = [spelled("Zie", 0), spelled("https:", 100), spelled("//www.", 240),
             spelled("rivm", 380), spelled(".nl/pfas", 480), spelled("en", 700)]
    texts = [word.text for word in ocr._with_whole_links(found)]
    assert texts == ["Zie", "https://www.rivm.nl/pfas", "en"]
