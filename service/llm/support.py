"""Whether a claim says no more than its quotations

A sentence follows from another by what its words show: each content word stands there, what
denies, limits or doubts is the same, and only what weakens is left out (see
`service.entailment.comparison`). When in doubt it does not follow: a true claim that falls costs
less than a false one that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from index.analyser import content_words
from ingest.letter import Letter
from ingest.sentences import sentence_spans
from service.entailment.attribution import (
    Told,
    according_to,
    told_by,
    with_persons,
    with_writer,
)
from service.entailment.comparison import fault
from service.entailment.merging import Sentence, merged_parts
from service.entailment.words import Word, with_separated, with_short_forms, words_of
from service.language import language_of
from service.quotation import Quotation, block_at, page_edges

# Longer ones are no sentence; comparing takes time in proportion to both lengths.
_LONGEST_CLAIM, _LONGEST_SENTENCE = 1500, 4000
_MOST_SENTENCES, _MOST_MERGED = 40, 6
_QUOTED = re.compile(r"[“„\"«]([^“”„\"«»]+)[”\"»“]")
_QUOTES = re.compile(r"[“”„‟\"«»‘’‚‛'`´]")
_FIRST_PERSON = re.compile(r"\b(?:ik|wij|we|mij|mijn)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\b(?:ik|wij|we|mij|mijn|ons|onze|u|uw)\b", re.IGNORECASE)
_DOUBLE_OPENING, _DOUBLE_CLOSING = re.compile(r"[“„«]"), re.compile(r"[”‟»\"]")
_LAST_WORD, _LONGEST_WORD = re.compile(r"[^\W_]+[^\w]*\Z"), 60
_NOT_PROSE = re.compile(
    r"\S*(?:://|www\.)\S*|[^\s@]{1,64}@[^\s@]{1,100}\.\w+|\[\s?\d[\d\s,]*\]|\*\*|__|`|^\s*#|<[/a-z!][^>]*>|\]\("
    r"|\{\{|\||\\",
    re.IGNORECASE | re.MULTILINE,
)
_SPACE = re.compile(r"\s+")
_FEW_WORDS = 4


class Vocabulary(Protocol):
    """What an index knows of words, as far as it is needed here."""

    @property
    def abbreviations(self) -> Mapping[str, Sequence[str]]:
        """The folded long forms of each short form."""
        ...

    def definitions(self, text: str) -> Iterator[tuple[str, str]]:
        """Each short form that a text introduces, with its folded long form."""
        ...


def unsupported(
    words: str, quotations: Sequence[Quotation], vocabulary: Vocabulary
) -> str | None:
    """None when the sentence `words` says no more than the quotations, or the reason why not.

    `words` is prose of a model, with words it quotes inline between double quotation marks.
    """
    if not quotations:
        return "the claim has no quotation"
    claim = _SPACE.sub(" ", words[: _LONGEST_CLAIM + 1]).strip()
    quotations = _joined(quotations)
    problem = _shape_fault(claim, quotations)
    if problem is not None:
        return problem
    if any(_same_text(claim, one.text) for one in quotations):
        return None
    sentences = list(_sentences(quotations))
    return _Claim(_without_marks(claim, quotations), vocabulary).fault(quotations, sentences)


def as_shown(words: str, quotations: Sequence[Quotation]) -> str:
    """The words of a claim as an answer may show them: between quotation marks, where they are a
    quoted sentence itself in which the letter's writer speaks ("ik", "uw Kamer")."""
    claim = " ".join(words.split())
    if len(claim) > _LONGEST_CLAIM or claim.startswith("“"):
        return words
    if not _ADDRESSED.search(_QUOTED.sub(" ", claim)):
        return words
    own = (
        text for one in _joined(quotations) for text in (
            one.text, *(one.text[start:end] for start, end in sentence_spans(one.text))
        )
    )
    if not any(_same_text(claim, text) for text in own):
        return words
    return f"“{_DOUBLE_CLOSING.sub('’', _DOUBLE_OPENING.sub('‘', claim))}”"


def _joined(quotations: Sequence[Quotation]) -> list[Quotation]:
    """Quotations with the parts of one block that a page end parts as one."""
    found: list[Quotation] = []
    for one in quotations:
        if found and _goes_on(found[-1], one):
            found[-1] = replace(found[-1], end=one.end)
        else:
            found.append(one)
    return found


def _goes_on(first: Quotation, second: Quotation) -> bool:
    """Whether only a page end stands between two quotations."""
    letter = first.letter
    if second.letter is not letter or second.start < first.end:
        return False
    between = letter.text[first.end : second.start]
    return not between.strip() and bool(page_edges(letter, first.start, second.end)) and (
        block_at(letter, first.end - 1) == block_at(letter, second.start)
    )


def _without_marks(claim: str, quotations: Sequence[Quotation]) -> str:
    """A claim without the numbers of notes that it copied, which are no words of the sentence:
    "aangetoond.11"."""
    for one in quotations:
        for at, number in sorted(_notes(one.letter, one.start, one.end), reverse=True):
            before = _LAST_WORD.search(one.text[max(0, at - _LONGEST_WORD) : at])
            if before is not None:
                copied = r"\s*".join(map(re.escape, f"{before[0]}{number}".split()))
                claim = re.sub(rf"(?<!\w){copied}(?![\w])", before[0].strip(), claim)
    return claim


def _plain(text: str) -> str:
    """A text for finding words in: white space single, quotation marks alike."""
    return _QUOTES.sub("'", _SPACE.sub(" ", text)).strip()


def _same_text(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return _plain(text).replace("'", "").strip(" .")


def _without_notes(text: str, notes: Sequence[tuple[int, str]]) -> str:
    for at, number in sorted(notes, reverse=True):
        text = text[:at] + text[at + len(number) :]
    return text


def _lowered(text: str) -> str:
    """A text that may go on behind "staat:", its first letter small."""
    return text[:1].lower() + text[1:]


def _shape_fault(claim: str, quotations: Sequence[Quotation]) -> str | None:
    """What is wrong with a claim whatever the quotations say."""
    if len(claim) > _LONGEST_CLAIM:
        return "the claim is too long to be one sentence"
    if not any(map(str.isalpha, claim)):
        return "the claim says nothing"
    quoted = [_plain(one.text) for one in quotations]
    for match in _NOT_PROSE.finditer(claim):
        if not any(_plain(match[0]) in text for text in quoted):
            return f"the claim holds ‘{match[0]}’, which the quotation does not"
    if claim.rstrip("”\"’' ").endswith("?") and not any("?" in text for text in quoted):
        return "the claim is a question"
    prose = _QUOTED.sub(" ", claim)
    person = _FIRST_PERSON.search(prose)
    if person is not None:
        return f"the claim speaks as the writer of the letter: ‘{person[0]}’"
    for match in _QUOTED.finditer(claim):
        words = _plain(match[1])
        if not any(words.rstrip(".") in text for text in quoted):
            return f"the quotation does not say “{match[1]}”"
    is_long = len(content_words(prose)) >= _FEW_WORDS
    if is_long and language_of(prose) != "nl" and not any(_plain(claim) in q for q in quoted):
        return "the claim is not in Dutch"
    return None


def _sentences(quotations: Sequence[Quotation]) -> Iterator[Sentence]:
    """The sentences quoted."""
    count = 0
    for quotation in quotations:
        text, letter = quotation.text, quotation.letter
        for start, end in sentence_spans(text):
            count += 1
            if count > _MOST_SENTENCES or end - start > _LONGEST_SENTENCE:
                continue
            notes = _notes(letter, quotation.start + start, quotation.start + end)
            own = text[start:end]
            words = with_persons(words_of(own, notes), letter.metadata)
            plain = _without_notes(own, notes)
            yield Sentence(letter, own, words, quotation.start + start, plain)


def _notes(letter: Letter, start: int, end: int) -> list[tuple[int, str]]:
    """The numbers of footnotes in canonical `[start:end]`, by their place in it."""
    return [
        (anchor - start, note.number)
        for note in letter.footnotes for anchor in note.anchors if start <= anchor < end
    ]


class _Claim:
    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary

    def fault(
        self, quotations: Sequence[Quotation], sentences: Sequence[Sentence]
    ) -> str | None:
        """The fault that the sentence nearest to the claim finds; None if one finds none."""
        reasons: list[tuple[int, str]] = []
        if any(self._repeats(one) for one in quotations):
            return None
        for sentence in sentences:
            told = told_by(self._text, sentence.letter.metadata)
            reason = told.fault or self._against(told, sentence)
            if reason is None:
                return None
            shared = set(content_words(told.words)) & set(content_words(sentence.text))
            reasons.append((0 if told.fault else -len(shared), reason))
        if 1 < len(sentences) <= _MOST_MERGED and self._is_merged(sentences):
            return None
        return min(reasons, key=lambda one: one[0])[1] if reasons else "there is no sentence"

    def _repeats(self, quotation: Quotation) -> bool:
        """Whether it is the quotation itself, attributed to its letter."""
        told = told_by(self._text, quotation.letter.metadata)
        notes = _notes(quotation.letter, quotation.start, quotation.end)
        plain = _without_notes(quotation.text, notes)
        return told.fault is None and _lowered(_bare(told.words)) == _lowered(_bare(plain))

    def _is_merged(self, sentences: Sequence[Sentence]) -> bool:
        """Whether the claim is two clauses, each of which another of the sentences says."""
        for letter_id in dict.fromkeys(one.letter.letter_id for one in sentences):
            own = [one for one in sentences if one.letter.letter_id == letter_id]
            told = told_by(self._text, own[0].letter.metadata)
            if told.fault is None and any(
                self._says_both(first, second, Told("", None, told.is_of_letter))
                for first, second in merged_parts(told.words, own)
            ):
                return True
        return False

    def _says_both(
        self, first: tuple[str, Sentence], second: tuple[str, Sentence], told: Told
    ) -> bool:
        return all(
            self._against(replace(told, words=words), sentence) is None
            for words, sentence in (first, second)
        )

    def _against(self, told: Told, sentence: Sentence) -> str | None:
        """What one sentence of a letter lacks of the claim, in the best of its forms."""
        same = _lowered(_bare(told.words))
        if same in {_lowered(_bare(sentence.text)), _lowered(_bare(sentence.plain))}:
            return None
        abbreviations = self._abbreviations(sentence.text)
        last: str | None = None
        for claim, forms in self._forms(told, sentence.letter, sentence.words):
            own = with_short_forms(
                with_separated(claim, sentence.words), sentence.words, abbreviations
            )
            for form in forms:
                apart = with_separated(form, claim)
                reason = fault(own, with_short_forms(apart, claim, abbreviations))
                if reason is None:
                    return None
                last = reason
        return last

    def _abbreviations(self, text: str) -> dict[str, list[str]]:
        found = {short: list(longs) for short, longs in self._vocabulary.abbreviations.items()}
        for short, long in self._vocabulary.definitions(text):
            if long not in found.setdefault(short, []):
                found[short].append(long)
        return found

    def _forms(
        self, told: Told, letter: Letter, sentence: list[Word]
    ) -> Iterator[tuple[list[Word], list[list[Word]]]]:
        """The claim as it stands and with its sender as first person, each with the forms of the
        sentence that it may be held against."""
        words = with_persons(words_of(told.words), letter.metadata)
        reported = according_to(sentence)
        by_other = [reported[0]] if reported and not reported[1] else []
        by_writer = [reported[0]] if reported and reported[1] else []
        of_letter = by_writer if told.is_of_letter else []
        yield words, [sentence, *by_other, *of_letter]
        written = with_writer(words, letter.metadata)
        if written == words:
            return
        said = _without_writer(written)
        yield written, [sentence, *by_other, *of_letter]
        if said is not None:
            yield said, [sentence, *by_writer]


def _without_writer(words: list[Word]) -> list[Word] | None:
    """The claim without "volgens de minister", where that is who writes; None without it."""
    for at in range(len(words) - 1):
        is_writer = bool(words[at + 1].keys & {"@ik", "@wij"})
        if words[at].folded == "volgens" and is_writer:
            return [*words[:at], *words[at + 2 :]]
    return None
