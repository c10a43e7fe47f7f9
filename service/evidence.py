"""Sentences of the passages found, weighed against the question."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from index.analyser import analyse, fold, ngrams_of, stem
from index.search import Hit
from index.snapshot import Snapshot
from ingest.letter import Block, BlockKind, Letter
from ingest.sentences import sentence_spans
from service.question import Asks, Question, head_nouns

PASSAGES_READ = 12
# How much of a question term counts that is met nearby instead of in the sentence itself.
PARTIAL, IN_PASSAGE, IN_CONTEXT = 0.7, 0.45, 0.35
_WEIGHT_OF_HIT = 0.25
_KIND_PENALTY = {
    BlockKind.LETTERHEAD: 0.35, BlockKind.CLOSING: 0.3, BlockKind.HEADING: 0.2,
    BlockKind.FOOTNOTE: 0.2,
}
_FITTING_BONUS, _MISFIT_PENALTY = 0.1, 0.25
_FRAGMENT_PENALTY = 0.15
# What the asker was told in the turn before is not what a follow-up asks for.
_TOLD_PENALTY = 0.25
_SHORT = 25
_NEAR = 4
_ENDS = re.compile(r"[.!:;…]['’”\")»\]]*(?: ?\d{1,3}(?: ?, ?\d{1,3})*)?[.]?$")

_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
)
_TIME = re.compile(
    rf"\b(?:(?:19|20)\d{{2}}|{_MONTHS}|voorjaar|najaar|zomer|kwartaal|dit jaar|volgend jaar"
    r"|jaarlijks|maandelijks|twee jaar|drie jaar|vier jaar|vijf jaar|jaren|maanden|weken|binnenkort"
    r"|decennia)\b"
)
_NUMBER_WORD = (
    "twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|vijftien|zestien"
    "|twintig|dertig|veertig|vijftig|honderd|duizend|miljoen|miljard|drietal|tweetal|viertal"
    "|tientallen|honderden|duizenden|een enkel|geen enkele?|een|nul"
)
_NUMBER = re.compile(rf"\b\d+(?:[.,]\d+)*\b|\b(?:{_NUMBER_WORD})\b")
# "een" is an article far more often than a number.
_SURE_NUMBER = re.compile(rf"\b\d+(?:[.,]\d+)*\b|\b(?:{_NUMBER_WORD.removesuffix('|een|nul')})\b")
_NOT_A_COUNT = re.compile(
    rf"\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?\b|\b(?:19|20)\d{{2}}(?:[-–/]\d{{2,4}})?\b"
    r"|\b\d{2} ?\d{3},? ?nr\.? ?\d+|\b(?:actie|bijlage|factsheet|pijler|artikel|pilot|verkenning"
    r"|aanbeveling|actielijn|stap|fase|nr\.?)\s?\d+\w?|(?<=[^\W\d_])\d{1,3}\b|\b\d{2} \d{3}\b"
    r"|(?<=[.,;:!?»”’)\]])\d{1,3}\b(?: ?, ?\d{1,3}\b)*|^\s*\(?\d{1,2}[.)]"
)
_MONEY = re.compile(r"€|\b(?:euro|mln|mld|miljoen|miljard)\b")
_SHARE = re.compile(r"%|\b(?:procent|percentage|helft|kwart|derde deel|tweederde|driekwart)\b")
_NAMED = re.compile(r"(?<=[^.!?:] )(?:[A-ZÀ-Þ][\w’'-]+|[A-Z]{2,})")
_PERSONAL = re.compile(
    r"(?:\b[A-Z][a-z]?\. ?){1,6}(?:van |de |den |der |ten )*[A-ZÀ-Þ][a-zà-ÿ]+"
    r"|\b[A-ZÀ-Þ][a-zà-ÿ]+ (?:van |de |den |der |ten |van der |van den )[A-ZÀ-Þ][a-zà-ÿć]+"
    r"|\b(?:lid|heer|mevrouw|commissie|kamerlid) (?:Van |De |Den )*[A-ZÀ-Þ][a-zà-ÿ]+"
)
_ROLE = re.compile(
    r"\b(?:minister|staatssecretaris|ministerie|ministeries|kabinet|commissie|gemeenten?|provincies?"
    r"|gezag|gezagen|omgevingsdiensten|rijk|rijksoverheid|kamer|raad|partijen|bedrijven|kamerlid|lid"
    r"|zorgverleners|onderzoekers|veldpartijen|departementen|stakeholders|omwonenden|stuurgroep"
    r"|beroepsgroepen|zorgverzekeraar|universiteit|opvolger)\b"
)
_CAUSE = re.compile(
    r"\b(?:omdat|doordat|daarom|want|vanwege|wegens|aangezien|immers|namelijk|reden(?:en)?|zodat"
    r"|aanleiding|hierdoor|daardoor|waardoor|om te|teneinde|doel|gezien|zou leiden|zorgt|leidt|uit"
    r" .{0,40} blijkt|noodzaak|belangrijk|behoefte)\b"
)
# Counted in units, the answer is in that unit.
_UNITS = frozenset(
    "ton tonnen kilo kilogram meter kilometer hectare uur uren dagen weken maanden".split()
)


@dataclass(frozen=True)
class Sentence:
    """A sentence that could be quoted: canonical `[start:end]` of its letter.

    `coverage` is the share of the question, by weight, that it and its surroundings meet;
    `own` the share that it meets itself; `score` ranks sentences with each other.
    """

    letter: Letter
    block: Block
    start: int
    end: int
    hit: Hit
    own: float = 0.0
    coverage: float = 0.0
    fits: bool = True
    score: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.letter.text[self.start : self.end]


class Weigher:
    """Weighs texts against one question; terms weigh by their rarity in the index."""

    def __init__(self, question: Question, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        weights: dict[str, float] = {}
        for term in analyse(question.core).words:
            weights[term] = self._rarity(term)
        for text, weight in question.background:
            for term in analyse(text).words:
                # What no letter speaks of is chatter around the question, not part of it.
                if snapshot.lexical.document_frequency(term):
                    weights[term] = max(weights.get(term, 0.0), weight * self._rarity(term))
        self.weights: Mapping[str, float] = weights
        self.total = sum(weights.values()) or 1.0
        self._met: dict[str, Mapping[str, float]] = {}

    def _rarity(self, term: str) -> float:
        frequency = self._snapshot.lexical.document_frequency(term)
        return math.log(1 + (self._snapshot.size - frequency + 0.5) / (frequency + 0.5))

    def meets(self, text: str) -> Mapping[str, float]:
        """How far each question term is met by `text`, 0 to 1."""
        # A passage and a title are the surroundings of many sentences.
        met = self._met.get(text)
        if met is None:
            words, ngrams = _term_sets(text)
            met = self._met[text] = {term: _met(term, words, ngrams) for term in self.weights}
        return met

    def share(self, met: Mapping[str, float]) -> float:
        """The share of the question's weight that is met, 0 to 1."""
        return sum(self.weights[term] * part for term, part in met.items()) / self.total

    @cached_property
    def rarest(self) -> list[str]:
        """The question's terms, rarest first."""
        return sorted(self.weights, key=lambda term: -self.weights[term])


# The sentences of an index are weighed again for every question that finds them.
@lru_cache(maxsize=20_000)
def _term_sets(text: str) -> tuple[frozenset[str], frozenset[str]]:
    terms = analyse(text)
    return frozenset(terms.words), frozenset(terms.ngrams)


@lru_cache(maxsize=5_000)
def _grams(term: str) -> list[str]:
    return ngrams_of(term)


def _met(term: str, words: frozenset[str], ngrams: frozenset[str]) -> float:
    if term in words:
        return 1.0
    if len(term) < 5 or not term.isalpha():
        return 0.0
    if any(len(word) >= 5 and (term in word or word in term) for word in words):
        return PARTIAL
    grams = _grams(term)
    shared = sum(gram in ngrams for gram in grams) / len(grams) if grams else 0.0
    return PARTIAL * shared if shared >= 0.6 else 0.0


def holds_number(text: str) -> bool:
    """Whether `text` counts something: a number that is no date, reference or note digit."""
    return _SURE_NUMBER.search(_NOT_A_COUNT.sub(" ", fold(text))) is not None


def counts(nouns: Sequence[str], text: str) -> bool:
    """Whether `text` says how many: where it names the thing asked for, the number is by it."""
    plain = _NOT_A_COUNT.sub(" ", fold(text))
    words = re.findall(r"[^\W_]+(?:[.,]\d+)*", plain)
    stems = [stem(word) for word in words]
    if any(noun in _UNITS and noun not in words for noun in nouns):
        return False
    places = [at for at, term in enumerate(stems) if term in nouns]
    if not places:
        return holds_number(text)
    return any(
        _NUMBER.fullmatch(word) for at in places for word in words[max(0, at - _NEAR) : at]
    )


def holds_time(text: str) -> bool:
    """Whether `text` names a date, a period or a moment."""
    return _TIME.search(fold(text)) is not None


def holds_person(text: str) -> bool:
    """Whether `text` names a person, an office or a body."""
    return _NAMED.search(text) is not None or _ROLE.search(fold(text)) is not None


_HOLDS: dict[Asks, Callable[[str], bool]] = {
    Asks.NUMBER: holds_number,
    Asks.MONEY: lambda text: holds_number(text) and _MONEY.search(fold(text)) is not None,
    Asks.SHARE: lambda text: _SHARE.search(fold(text)) is not None,
    Asks.DATE: holds_time,
    Asks.PERSON: holds_person,
    Asks.NAME: lambda text: _PERSONAL.search(text) is not None,
    Asks.REASON: lambda text: _CAUSE.search(fold(text)) is not None,
}


def fits(question: Question, text: str) -> bool:
    """Whether `text` holds the kind of thing that is asked for."""
    holds = _HOLDS.get(question.asks)
    if question.asks is Asks.NUMBER:
        return counts(head_nouns(question.core), text)
    return holds is None or holds(text)


def _blocks_within(letter: Letter, start: int, end: int) -> Iterator[Block]:
    for block in letter.blocks:
        if block.start < end and block.end > start:
            yield block


def _sentences(hit: Hit, letter: Letter) -> Iterator[Sentence]:
    passage = hit.passage
    for block in _blocks_within(letter, passage.start, passage.end):
        offset = block.start
        spans = sentence_spans(letter.text[block.start : block.end])
        if block.kind in (BlockKind.HEADING, BlockKind.LETTERHEAD, BlockKind.CLOSING):
            spans = [(0, block.end - block.start)]
        for start, end in spans:
            if offset + start >= passage.start and offset + start < passage.end:
                yield Sentence(letter, block, offset + start, offset + end, hit)


def _note_context(sentence: Sentence) -> str:
    """For a note: the sentences that cite it; a hit on one is a hit on the other."""
    letter = sentence.letter
    texts = []
    for note in letter.footnotes:
        if note.start <= sentence.start < note.end or sentence.start <= note.start < sentence.end:
            for anchor in note.anchors:
                texts.append(letter.text[max(0, anchor - 250) : anchor])
    return " ".join(texts)


def _cited_notes(sentence: Sentence) -> str:
    return " ".join(
        note.text for note in sentence.letter.footnotes
        if any(sentence.start <= anchor < sentence.end for anchor in note.anchors)
    )


def weigh(sentence: Sentence, question: Question, weigher: Weigher) -> Sentence:
    """`sentence` with its coverage and score."""
    text = sentence.text
    context = " ".join(
        (sentence.letter.metadata.subject or "", *sentence.block.section, _cited_notes(sentence))
    )
    own = weigher.meets(text)
    near = weigher.meets(f"{sentence.hit.passage.text} {_note_context(sentence)}")
    far = weigher.meets(context)
    together = {
        term: max(own[term], IN_PASSAGE * near[term], IN_CONTEXT * far[term]) for term in own
    }
    fitting = fits(question, text)
    share = weigher.share(together)
    score = share + _WEIGHT_OF_HIT * sentence.hit.score
    penalised = sentence.block.kind
    if not (question.asks is Asks.SOURCE and penalised is BlockKind.FOOTNOTE):
        score -= _KIND_PENALTY.get(penalised, 0.0)
    if question.asks in _HOLDS:
        score += _FITTING_BONUS if fitting else -_MISFIT_PENALTY
    if len(text) < _SHORT or _ENDS.search(text) is None:
        score -= _FRAGMENT_PENALTY
    if question.told:
        score -= _TOLD_PENALTY * _share_told(text, question.told)
    return replace(
        sentence, own=weigher.share(own), coverage=share, fits=fitting, score=score
    )


def _share_told(text: str, told: str) -> float:
    """The share of a sentence's words that the previous answer held already."""
    words, _ = _term_sets(text)
    known, _ = _term_sets(told)
    return len(words & known) / max(1, len(words))


def gather(
    hits: Sequence[Hit], question: Question, snapshot: Snapshot, weigher: Weigher
) -> list[Sentence]:
    """The sentences of the best passages, best first."""
    found: dict[tuple[str, int], Sentence] = {}
    for hit in hits[:PASSAGES_READ]:
        letter = snapshot.letter(hit.letter.letter_id)
        for sentence in _sentences(hit, letter):
            key = (letter.letter_id, sentence.start)
            if key not in found and sentence.text.strip():
                found[key] = weigh(sentence, question, weigher)
    return sorted(found.values(), key=lambda sentence: -sentence.score)


