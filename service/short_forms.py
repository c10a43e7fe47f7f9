"""Questions for what an abbreviation stands for, answered by the sentence that introduces it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.abbreviations import is_short_form
from index.analyser import content_words, fold, stem
from index.filters import Filters
from index.query import field_terms, make_query
from index.snapshot import Snapshot
from ingest.letter import Block, BlockKind, Letter
from ingest.sentences import sentences_between
from service.contrast import sides
from service.question import Question
from service.quotation import Quotation, overlaps

MAX_INTRODUCTIONS = 2
_PASSAGES_READ = 30
_SHORT = r"['\"‘’“”«»]?(?P<short>[^\W_][\w&+/-]{1,11})['\"‘’“”«»]?"
_ARTICLE = r"(?:(?:de|het|een|the|an?) )?"
_CALLED = (
    r"(?:(?:nou|nu|eigenlijk|precies|dan|toch|actually) )*(?:(?:de |het |the )?"
    r"(?:afkorting|term|begrip|letters|letterwoord|abbreviation|acronym) )?"
)
_OPEN = r"^\W*(?:(?:en|maar|dus|and|so),? )?(?:(?:weet u|kunt u (?:mij )?(?:zeggen|vertellen)),? )?"
_END = (
    r"(?: (?:eigenlijk|precies|nou|dan|nu|ook alweer|hier|exactly|here))*"
    r"(?:,? (?:in|volgens|uit|according to) (?:de|deze|die|dit|het|the|this|that) [^?]{1,160})?\W*$"
)
# Asked what it is short for, only its long form is an answer.
_STANDS_FOR = tuple(
    re.compile(_OPEN + pattern + _END, re.IGNORECASE)
    for pattern in (
        rf"wat (?:betekent|betekenen) {_CALLED}{_ARTICLE}{_SHORT}",
        rf"wat (?:is|zijn) {_CALLED}{_ARTICLE}{_SHORT} (?:voluit|volledig(?: geschreven)?)",
        rf"wat is de betekenis van {_CALLED}{_ARTICLE}{_SHORT}",
        rf"wat is (?:de )?(?:afkorting|acroniem|letterwoord) {_SHORT}",
        rf"wat (?:wordt|is) (?:er )?(?:bedoeld|verstaan) (?:met|onder) {_CALLED}{_ARTICLE}{_SHORT}",
        rf"waar ?(?:staat|staan) {_CALLED}{_ARTICLE}{_SHORT}(?: (?:eigenlijk|ook alweer|precies))*"
        r" voor",
        rf"waarvoor (?:staat|staan) {_CALLED}{_ARTICLE}{_SHORT}",
        rf"waar is {_SHORT} (?:de|een) afkorting (?:van|voor)",
        rf"waarvan is {_SHORT} (?:de|een) afkorting",
        r"(?:wat is )?de (?:volledige|hele|officiele|officiële) (?:naam|term|betekenis) van"
        rf" {_ARTICLE}{_SHORT}",
        rf"hoe (?:heet|luidt) {_ARTICLE}{_SHORT} voluit",
        rf"what (?:does|do) {_CALLED}{_ARTICLE}{_SHORT} (?:stand for|mean|abbreviate)",
        rf"what is {_CALLED}{_ARTICLE}{_SHORT} (?:short|an abbreviation|an acronym) (?:for|of)",
        rf"what is the (?:meaning|full name|full form) of {_CALLED}{_ARTICLE}{_SHORT}",
        rf"what is meant by {_CALLED}{_ARTICLE}{_SHORT}",
    )
)
# Asked what it is, its long form is where an answer begins.
_WHAT_IS = tuple(
    re.compile(_OPEN + pattern + _END, re.IGNORECASE)
    for pattern in (
        rf"wat (?:is|zijn) {_ARTICLE}{_SHORT}",
        rf"wat houdt {_ARTICLE}{_SHORT} in",
        rf"(?:what (?:is|are)|explain|define) {_ARTICLE}{_SHORT}",
    )
)
_SHORT_OF = re.compile(
    rf"{_OPEN}(?:wat is|hoe luidt|what is) (?:de |the )?(?:afkorting|abbreviation|acronym)"
    rf" (?:van|voor|for|of) {_ARTICLE}(?P<long>[^?]{{5,120}}?){_END}",
    re.IGNORECASE,
)
# "Het RIVM-rapport" is no abbreviation, but something of one.
_COMPOUND = re.compile(r"-[a-z]{3,}")
_KINDS = {BlockKind.PARAGRAPH: 0, BlockKind.LIST_ITEM: 0, BlockKind.FOOTNOTE: 1}
_LAST_KIND = 2


@dataclass(frozen=True, slots=True)
class ShortForm:
    """An abbreviation that a question asks about; `stands_for` says that it asks for the long form
    alone."""

    text: str
    stands_for: bool


def short_form_asked(
    question: str, known: Mapping[str, Sequence[str]]
) -> ShortForm | None:
    """The abbreviation that a question asks the meaning of, or that of its long form, or None.

    One in small letters counts where it is `known` from the letters, with its long forms.
    """
    reverse = _SHORT_OF.match(question.strip())
    if reverse:
        wanted = _stems(reverse["long"])
        shorts = [one for one, longs in known.items() if wanted in map(_stems, longs)]
        return ShortForm(shorts[0], True) if shorts else None
    folded = {fold(one) for one in known}
    for patterns, stands_for in ((_STANDS_FOR, True), (_WHAT_IS, False)):
        for pattern in patterns:
            match = pattern.match(question.strip())
            if match and _is_one(match["short"], folded):
                return ShortForm(match["short"], stands_for)
    return None


def _is_one(word: str, folded: Collection[str]) -> bool:
    is_written_so = is_short_form(word) and not _COMPOUND.search(word)
    return is_written_so or fold(word) in folded


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in content_words(text))


def as_short_form(text: str, known: Mapping[str, Sequence[str]]) -> str | None:
    """The abbreviation that `text` is, but for an article; None where it is anything else."""
    asked = short_form_asked(f"Wat is {text}", known)
    return asked.text if asked is not None else None


def introductions(
    short: str, snapshot: Snapshot, filters: Filters, named: Sequence[int] = ()
) -> list[Quotation]:
    """The sentences that introduce an abbreviation with its long form: one for each long form."""
    found: dict[tuple[str, ...], tuple[tuple[int, bool, bool], Quotation]] = {}
    for letter, block, start, end, long in _introducing(short, snapshot, filters, named):
        key = _stems(long)
        # Where it may be looked up best: in a sentence, with a kenmerk and a page.
        rank = (
            _KINDS.get(block.kind, _LAST_KIND), letter.metadata.kenmerk is None,
            letter.page_count is None,
        )
        if key not in found or rank < found[key][0]:
            found[key] = (rank, Quotation(letter, start, end))
    return [quotation for _, quotation in found.values()][:MAX_INTRODUCTIONS]


def _introducing(
    short: str, snapshot: Snapshot, filters: Filters, named: Sequence[int]
) -> Iterator[tuple[Letter, Block, int, int, str]]:
    """The sentences that define `short`, in the passages that hold it and its long forms best."""
    admitted = snapshot.letters_admitted(filters)
    mask = snapshot.mask_of([at for at in admitted if not named or at in named])
    longs = [
        long for known, all_longs in snapshot.vocabulary.abbreviations.items()
        if fold(known) == fold(short) for long in all_longs
    ]
    terms = field_terms(make_query(" ".join([short, *longs])), snapshot.vocabulary)
    scores = snapshot.lexical.scores(terms)[: snapshot.size] * mask
    best = [int(at) for at in (-scores).argsort(kind="stable")[:_PASSAGES_READ] if scores[at] > 0]
    for stored in snapshot.passages(best):
        letter = snapshot.letter(stored.passage.letter_id)
        for block, start, end in sentences_between(
            letter, stored.passage.start, stored.passage.end
        ):
            for defined, long in snapshot.vocabulary.definitions(letter.text[start:end]):
                if fold(defined) == fold(short):
                    yield letter, block, start, end, long


def defines(short: str, text: str) -> bool:
    """Whether `text` says what `short` is, and not only what is done with it."""
    name = rf"(?<![\w-]){re.escape(short)}(?![\w-])"
    return re.search(
        rf"{name}(?:[’']?s)? ?(?:\([^)]*\) )?(?:is|zijn|was|waren|betreft|betekent|staat voor"
        rf"|omvat|houdt in|beoogt|heeft (?:als|tot) doel|vormt|bestaat uit)\b"
        rf"|\b(?:onder|met) {_ARTICLE}{name} (?:wordt|worden|verstaan|bedoelen)\b"
        rf"|{name}, (?:een|dat|die)\b",
        text, re.IGNORECASE,
    ) is not None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the letters say an abbreviation means: the sentences that introduce it (or the two whose
    difference is asked). `suffices` says that these are the answer; else it begins with them, and
    goes on with what `defines` the abbreviation."""

    short: str
    introductions: tuple[Quotation, ...]
    suffices: bool


def meaning_asked(question: Question, snapshot: Snapshot, filters: Filters) -> Meaning | None:
    """What a question for the meaning of an abbreviation, or of the difference between two, is
    answered with; None for any other question."""
    known = snapshot.vocabulary.abbreviations

    def introduced(short: str) -> list[Quotation]:
        return introductions(short, snapshot, filters, question.names)

    asked = short_form_asked(question.core, known)
    if asked is not None:
        found = tuple(introduced(asked.text))
        return Meaning(asked.text, found, asked.stands_for and bool(found))
    shorts = [as_short_form(side, known) for side in sides(question.core) or ()]
    if not shorts or None in shorts:
        return None
    one, other = (introduced(short)[:1] for short in shorts if short)
    if not (one and other):
        return None
    both = (*one, *(quotation for quotation in other if not overlaps(quotation, one)))
    return Meaning("", both, suffices=True)
