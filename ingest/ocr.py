"""Recognition (OCR) by tesseract, an optional program: from the image of a page to words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404 # starts one program, without a shell
import time
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from ingest.digits import with_digits
from ingest.doubts import DOUBTED, with_second_reading
from ingest.hocr import words
from ingest.margin import with_marks
from ingest.montage import without_words
from ingest.rules import without_rules
from ingest.scan_image import before_straightening, is_blank, skew, smoothed, straightened, turned
from ingest.text_layer import usual_share
from ingest.weight import with_weight
from ingest.words import Word, as_printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.hocr import Spelled
    from ingest.scan_image import Image
    from ingest.words import Box

    _Recognise = Callable[..., list[Spelled]]

INSTALL = (
    "install tesseract with Dutch and page orientation (Debian: apt-get install tesseract-ocr "
    "tesseract-ocr-nld tesseract-ocr-osd) and ingest again"
)
# A page takes 3 to 13 s of one core.
SECONDS_PER_PAGE = 90.0
_PROGRAM = "tesseract"
_LANGUAGE = "nld"
# Under this mean confidence a page may lie on its side or upside down (upright ones have 0.9).
_DOUBTFUL = 0.7
# What a turned reading must have more than the upright one: words on few lines are read badly too.
_BETTER = 0.1
_LONG = 3  # letters
# Sauvola's local threshold: a shadow over the page or grey paper costs no words.
_THRESHOLD = "thresholding_method=2"
_SAME_SIZE = 0.06
_SAME_BASELINE = 0.1
_POINTS = 72
_HOCR = ("-c", _THRESHOLD, "-c", "tessedit_create_hocr=1", "-c", "hocr_char_boxes=1")
# Columns are told apart; but a number beside a note, or a name on its own, may be passed over as
# specks, and is then found among what is left.
_COLUMNS, _REST = ("--psm", "3"), ("--psm", "6")
_DIGITS = ("--psm", "6", "-c", "tessedit_char_whitelist=0123456789")
# Wide dots and slashes of a link part it.
_LINK_GAP = re.compile(r"\bhttps?: //|(?:/|\b)www\. \w|//\S+ [./]\w")
# A wide gap is read as a line to write on: around a word, after a note's number, or in two words.
_GAP = re.compile(r"^(?:\d{1,3}|[^\w\s])(_+)(?=[^_])|[^_](__+)(?=[^_])")
_LEADERS = re.compile(r"^_+|_+$")
_ROTATE = re.compile(
    r"^Rotate: (0|90|180|270)$\s*^Orientation confidence: (\d+(?:\.\d+)?)$", re.MULTILINE
)
_SURE_OF_TURN = 3.0  # tesseract's own measure; of a page of running text it is 10 and more


@dataclass(frozen=True, slots=True)
class Recognised:
    """The words and rules on an image; `width` and `height` are those of the page, in points.

    `is_sideways` says that its lines run up or down the page.
    """

    words: tuple[Word, ...]
    rules: tuple[Box, ...]
    width: float
    height: float
    is_sideways: bool

    @property
    def confidence(self) -> float:
        """The mean over the words, from 0 to 1; 0 where there are none."""
        return fmean(word.confidence or 0.0 for word in self.words) if self.words else 0.0

    @property
    def is_doubtful(self) -> bool:
        """Whether the page may lie another way up."""
        return self.is_sideways or self.confidence < _DOUBTFUL

    def is_better_than(self, upright: Recognised) -> bool:
        """Whether this reading, of the page turned, is plainly better than one that was not.

        Both its confidence and its words must say so: letters upside down make no Dutch.
        """
        if self.is_sideways or not self.words:
            return False
        share, other = (usual_share(word.text for word in one.words) for one in (self, upright))
        if upright.is_sideways:
            return self.confidence >= _DOUBTFUL and share >= other - _BETTER
        return self.confidence > upright.confidence + _BETTER and share > other


def available() -> bool:
    """Whether tesseract and its data for Dutch are installed."""
    if shutil.which(_PROGRAM) is None:
        return False
    try:
        listed = subprocess.run(  # nosec B603 # nothing of a letter is in its arguments
            [_PROGRAM, "--list-langs"], capture_output=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return _LANGUAGE in listed.stdout.decode("utf-8", "replace").split()


def _tesseract(image: Image, dpi: float, end: float, *options: str) -> str:
    """What tesseract writes of an image, which it reads as a portable grey map: no file is made.

    `end` is when it must be done, on the monotonic clock.
    """
    height, width = image.shape
    done = subprocess.run(  # nosec B603 # nothing of a letter is in its arguments
        [_PROGRAM, "stdin", "stdout", "--dpi", str(round(dpi)), *options],
        input=b"P5 %d %d 255\n" % (width, height) + image.tobytes(),
        capture_output=True,
        # One thread: letters are read side by side already, and its threads do not pay.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=max(0.1, end - time.monotonic()),
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")


def _usual_sizes(words: Sequence[Spelled]) -> dict[float, float]:
    """For each measured size, the size that most type near it has.

    Lines of one type differ by a few per cent: its letters are some twenty pixels high.
    """
    letters: dict[float, int] = {}
    for word in words:
        letters[word.size] = letters.get(word.size, 0) + len(word.text)
    usual: dict[float, float] = {}
    for size in sorted(letters, key=lambda one: -letters[one]):
        near = (found for found in usual.values() if abs(found - size) <= _SAME_SIZE * found)
        usual[size] = next(near, size)
    return usual


def _text(word: Spelled) -> str:
    """The word without the lines that wide gaps are taken for; a lone star is a bullet."""
    text = _LEADERS.sub("", word.text)
    return "•" if text == "*" else text


def _word(word: Spelled, size: float, scale: float) -> Word:
    return Word(
        _text(word),
        min(letter.left for letter in word.letters) * scale,
        min(letter.top for letter in word.letters) * scale,
        max(letter.right for letter in word.letters) * scale,
        word.baseline * scale,
        size * scale,
        word.bold,
        confidence=word.confidence,
        space_after=word.space_after,
    )


def _with_gaps(found: Sequence[Spelled]) -> list[Spelled]:
    """The words, those parted that a gap read as a line made one: "1__Kamerstuk" at a note."""
    parted: list[Spelled] = []
    for word in found:
        gap = _GAP.search(word.text) if len(word.text) == len(word.letters) else None
        if gap is None:
            parted.append(word)
            continue
        start, end = gap.span(gap.lastindex or 0)
        parted.append(replace(word, letters=word.letters[:start]))
        parted.append(replace(word, letters=word.letters[end:]))
    return parted


def _with_whole_links(found: Sequence[Spelled]) -> list[Spelled]:
    """The words, a link that was read as several made one: "https: //www. rivm.nl"."""
    whole: list[Spelled] = []
    for word in found:
        before = whole[-1] if whole else None
        if before is not None and before.letters[-1].right <= word.letters[0].left and (
            _LINK_GAP.search(f"{before.text} {word.text}") is not None
            and abs(before.baseline - word.baseline) < _SAME_BASELINE * word.size
        ):
            confidence = min(before.confidence, word.confidence)
            letters = before.letters + word.letters
            whole[-1] = replace(before, letters=letters, confidence=confidence)
        else:
            whole.append(word)
    return whole


def _mean_confidence(found: Sequence[Spelled]) -> float:
    return fmean(word.confidence for word in found) if found else 0.0


def _is_sideways(found: Sequence[Spelled]) -> bool:
    long = [word.is_tall for word in found if len(word.letters) > _LONG]
    return 2 * sum(long) > len(long)


def _mended(found: list[Spelled], image: Image, recognised: _Recognise) -> list[Spelled]:
    """The words found on an image, with what was passed over, and read anew where in doubt."""
    rest = without_words(image, found)
    passed_over = [] if is_blank(rest) else recognised(rest, *_REST)
    found = with_second_reading(found, image, lambda sheet: recognised(sheet, *_REST))
    found += [word for word in passed_over if word.confidence >= DOUBTED and word.is_text]
    return with_marks(found, image)


def _read(straight: Image, degrees: int, dpi: float, end: float) -> Recognised:
    """What is on the page after a turn; `end` is when it must be done, on the monotonic clock."""
    image, rules = without_rules(turned(straight, degrees), dpi)

    def recognised(part: Image, *options: str) -> list[Spelled]:
        return words(_tesseract(part, dpi, end, "-l", _LANGUAGE, *_HOCR, *options))

    found = with_weight(recognised(image, *_COLUMNS), image)
    if not found or (_mean_confidence(found) >= _DOUBTFUL and not _is_sideways(found)):
        found = _mended(found, image, recognised)
    found = _with_whole_links(_with_gaps(found))
    found = with_digits(found, image, lambda sheet: recognised(sheet, *_DIGITS))
    sizes, scale = _usual_sizes(found), _POINTS / dpi
    height, width = image.shape
    placed = tuple(_word(word, sizes[word.size], scale) for word in found if _text(word))
    size = width * scale, height * scale
    return Recognised(as_printed(placed, degrees, *size), rules, *size, _is_sideways(found))


def _turns(image: Image, dpi: float, end: float) -> tuple[int, ...]:
    """The turns, clockwise in degrees, that may set the page upright; the likeliest first.

    Where tesseract's detection of orientation has no data, too little text or doubts, all are
    tried.
    """
    try:
        found = _ROTATE.search(_tesseract(image, dpi, end, "--psm", "0"))
    except subprocess.CalledProcessError:
        found = None
    if found is None or float(found[2]) < _SURE_OF_TURN:
        return 180, 90, 270
    return () if found[1] == "0" else (int(found[1]),)


def recognise(image: Image, dpi: float, seconds: float) -> Recognised:
    """The words on the image of a page, whichever way it lies.

    Boxes are in points from the top left corner of the page as it is read: set straight, and
    turned upright where it lies on its side or upside down; where each word is printed, on the
    image as it is given. `dpi` is the image's resolution.

    Raises:
        subprocess.TimeoutExpired: it took longer than `seconds` in all.
        subprocess.CalledProcessError: tesseract failed.
        OSError: tesseract cannot be started.
    """
    end = time.monotonic() + seconds
    slope = skew(image)
    best = _best(smoothed(straightened(image, slope)), dpi, end)
    height, width = (length * _POINTS / dpi for length in image.shape)
    return replace(
        best, words=tuple(_as_it_lies(word, slope, (height, width)) for word in best.words)
    )


def _as_it_lies(word: Word, slope: float, shape: tuple[float, float]) -> Word:
    """A word printed where it was before the page was set straight; `shape` is in points.

    Its box stays as it is, about another middle: one around a word askew would cover other lines.
    """
    if not slope or word.printed is None:
        return word
    (left, top, right, bottom), turn = word.printed
    middle = (left + right) / 2, (top + bottom) / 2
    across, down = before_straightening(middle, slope, shape)
    width, height = (right - left) / 2, (bottom - top) / 2
    box = across - width, down - height, across + width, down + height
    return word._replace(printed=(box, turn))


def _best(straight: Image, dpi: float, end: float) -> Recognised:
    """The best reading of a page that is set straight, whichever way it lies."""
    best = _read(straight, 0, dpi, end)
    if not best.is_doubtful:
        return best
    for degrees in _turns(straight, dpi, end):
        other = _read(straight, degrees, dpi, end)
        best = other if other.is_better_than(best) else best
        if not best.is_doubtful:
            break
    return best
