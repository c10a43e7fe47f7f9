"""From a question to what is looked up: weighted terms, a text to embed, and letters it names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.analyser import STOP_WORDS_EN, STOP_WORDS_NL, analyse, fold, stem
from index.filters import Filters
from index.retrieval import RETRIEVAL, Retrieval
from index.snapshot import Snapshot
from index.vocabulary import Vocabulary, written_with_capitals
from ingest.dates import find_date
from ingest.references import find_kamerstukken, find_kenmerken, find_series_ids, kenmerk_key


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is embedded; `texts` are looked up lexically, each with its weight: the question,
    and of less weight earlier turns of the conversation."""

    text: str
    texts: Sequence[tuple[str, float]]


_LONGEST_BEFORE = 600
# What is not in the question itself weighs less than what is; a long form of several words as
# much as the one word that it stands for.
_OTHER_FORM_WEIGHT = 0.8
_CORRECTION_WEIGHT = 0.7
# Of all translations or synonyms of a phrase together; chosen on the gold questions. The index
# has translations alone for an English word, but synonyms beside the Dutch word itself.
_TRANSLATION_WEIGHT, _SYNONYM_WEIGHT = 0.7, 0.3
_ENGLISH_ALONE, _DUTCH_ALONE = STOP_WORDS_EN - STOP_WORDS_NL, STOP_WORDS_NL - STOP_WORDS_EN
# A long e-mail in another language is no list of typing errors.
_MOST_CORRECTIONS = 20
# A short word is too often another good one.
_SHORTEST_CORRECTED = 8
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# No reference is written without a space in so many characters.
_TOO_LONG = re.compile(r"\S{100,}")


def make_query(question: str, background: Sequence[tuple[str, float]] = ()) -> Query:
    """A question, with texts of the conversation before it and their weights."""
    before = " ".join(text for text, _ in background)
    # A model reads only the beginning of a long text: the question must be in it.
    text = f"{before} {question}" if len(before) <= _LONGEST_BEFORE else f"{question} {before}"
    return Query(text.strip(), ((question, 1.0), *background))


def field_terms(
    query: Query, vocabulary: Vocabulary, retrieval: Retrieval = RETRIEVAL
) -> dict[str, dict[str, float]]:
    """For each field of the lexical index the terms to look up, with their weights.

    Words that an index of this vocabulary lacks are corrected, and abbreviations looked up in
    their other form as well; so are everyday and official words, and the English ones of an
    English text in Dutch.
    """
    words: dict[str, float] = {}
    parts: dict[str, float] = {}
    ngrams: dict[str, float] = {}

    def add(forms: Sequence[str], weight: float) -> None:
        _add(words, map(stem, forms), weight)
        _add(parts, vocabulary.part_stems(forms), weight)

    corrections_left = _MOST_CORRECTIONS if retrieval.corrections else 0
    for text, weight in query.texts:
        terms = analyse(text)
        _add(words, terms.words, weight)
        _add(parts, vocabulary.part_terms(terms), weight)
        _add(ngrams, terms.ngrams, weight)
        capitals = written_with_capitals(text)
        others_of = vocabulary.other_forms(terms.forms, capitals) if retrieval.abbreviations else ()
        for other in others_of:
            add(other, weight * _OTHER_FORM_WEIGHT / len(other))
        english = _is_english(text, terms.forms, vocabulary)
        meant = vocabulary.translations if english else vocabulary.synonyms
        all_weight = weight * (_TRANSLATION_WEIGHT if english else _SYNONYM_WEIGHT)
        for others in meant(terms.forms) if retrieval.thesaurus else ():
            # The more a phrase may mean, the less sure each of it.
            for forms in others:
                add(forms, all_weight / math.sqrt(len(others)) / len(forms))
        for form in dict.fromkeys(terms.forms):
            if english and vocabulary.is_foreign(form):
                continue
            correction = vocabulary.correction(form) if corrections_left else None
            if correction is not None:
                corrections_left -= 1
                add([correction], weight * _CORRECTION_WEIGHT)
    if not retrieval.compounds:
        parts = words
    fields = {"words": words, "ngrams": ngrams, "subject": parts, "section": parts, "notes": parts}
    return {**fields, "parts": parts} if retrieval.compounds else fields


def as_meant(text: str, vocabulary: Vocabulary) -> str:
    """A text with the long forms of its abbreviations, and a Dutch one with the typing errors in
    its longer words corrected."""
    forms = list(dict.fromkeys(analyse(text).forms))
    corrections: dict[str, str | None] = {}
    if not _is_english(text, forms, vocabulary):
        long = [form for form in forms if len(form) >= _SHORTEST_CORRECTED][:_MOST_CORRECTIONS]
        corrections = {form: vocabulary.correction(form) for form in long}

    def meant(word: re.Match[str]) -> str:
        longs = vocabulary.abbreviations.get(word[0])
        if longs:
            return f"{word[0]} ({', '.join(longs)})"
        return corrections.get(fold(word[0])) or word[0]

    return _WORD.sub(meant, text)


def _is_english(text: str, forms: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a text is English by its function words; by the other ones where it has none."""
    words = re.findall(r"[^\W\d_]+", fold(text))
    english = sum(word in _ENGLISH_ALONE for word in words)
    dutch = sum(word in _DUTCH_ALONE for word in words)
    if english or dutch:
        return english > dutch
    return vocabulary.reads_as_english(forms)


def _add(terms: dict[str, float], more: Iterable[str], weight: float) -> None:
    for term in more:
        terms[term] = max(weight, terms.get(term, 0.0))


@dataclass(frozen=True, slots=True)
class Named:
    """The letters that a text names, as positions in the snapshot's `letters`, and the text
    without the references that led to them: what is left is what is asked of those letters."""

    letters: list[int]
    rest: str


_LABEL_BEFORE = re.compile(
    r"(?:\b(?:met|onder|with) )?(?:\b(?:het|the) )?\b(?:kenmerk|referentie|reference"
    r"|kamerstuk(?:ken)?|kamerstukdossier|dossier|nummer|number|nr\.?)\s*:?\s*$",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:brief|nota|kabinetsreactie|letter|note)\b(?: [\w-]+){0,4}?"
    r"(?P<date> (?:van|op|of|d\.d\.|dated|gedateerd) \d{1,2}[ /-][a-z\d]{1,9}[ /-]\d{4})\b",
    re.IGNORECASE,
)


def _by_identifier(question: str, snapshot: Snapshot) -> Iterator[tuple[int, int, list[int]]]:
    """Spans that give a letter's own kenmerk, Kamerstuk number or date, with those letters."""
    letters = list(enumerate(snapshot.letters))
    for start, end, identifier in (*find_series_ids(question), *find_kenmerken(question)):
        yield start, end, snapshot.by_kenmerk.get(kenmerk_key(identifier), [])
    for start, end, wanted in find_kamerstukken(question):
        if "-" in wanted:
            own = [at for at, letter in letters if wanted in letter.metadata.kamerstukken]
            yield start, end, own
    for match in _DATED.finditer(question):
        day = find_date(match["date"])
        dated = [at for at, letter in letters if day is not None and letter.metadata.date == day]
        yield match.start("date"), match.end("date"), dated


def _by_dossier(question: str, snapshot: Snapshot) -> Iterator[tuple[int, int, list[int]]]:
    """Spans that give a dossier, with the letters in it."""
    for start, end, wanted in find_kamerstukken(question):
        yield start, end, snapshot.letters_admitted(Filters(kamerstuk=[wanted]))


# What a letter may be called when there is only one of its kind.
_CALLED = re.compile(
    r"\b(?:de|deze|die|the|this|that) (?P<kind>beslisnota|kamerbrief|kabinetsreactie"
    r"|voortgangsbrief|actieagenda|decision note)\b",
    re.IGNORECASE,
)
_KINDS_IN_DUTCH = {"decision note": "beslisnota"}


def _by_kind(question: str, snapshot: Snapshot) -> list[int]:
    """The one letter that is of the kind the question calls it by, or has that in its subject;
    none where several are, since then the word says too little."""
    for match in _CALLED.finditer(question):
        called = match["kind"].casefold()
        kind = _KINDS_IN_DUTCH.get(called, called)
        letters = list(enumerate(snapshot.letters))
        of_kind = [at for at, letter in letters if letter.metadata.kind == kind]
        titled = [
            at for at, letter in letters if kind in (letter.metadata.subject or "").casefold()
        ]
        for found in (of_kind, titled):
            if len(found) == 1:
                return found
    return []


def named_letters(question: str, snapshot: Snapshot) -> Named:
    """The letters whose own kenmerk, Kamerstuk number or date the question names, however spelt.

    A dossier alone names all its letters, but only where no letter is named more exactly; "de
    beslisnota" the only one there is.
    """
    bounded = _TOO_LONG.sub(lambda match: " " * len(match[0]), question)
    for find in (_by_identifier, _by_dossier):
        found = [item for item in find(bounded, snapshot) if item[2]]
        if found:
            letters = {letter for _, _, named in found for letter in named}
            return Named(sorted(letters), _without(question, [span[:2] for span in found]))
    return Named(_by_kind(question, snapshot), question)


def _without(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """`question` without the references and the labels before them."""
    for start, end in sorted(spans, reverse=True):
        before = _LABEL_BEFORE.sub("", question[:start].rstrip())
        question = f"{before.rstrip()} {question[end:].lstrip()}"
    return question.strip()
