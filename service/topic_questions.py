"""Questions about what a letter names: its headings, terms, abbreviations and Kamervragen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from index.analyser import content_words, fold
from index.shipped import read_shipped
from index.thesaurus import LEXICON, read_lexicon
from index.vocabulary import bundled_general
from ingest.letter import BlockKind, Kind
from service.asked_in_letter import answered, asked, is_bare
from service.clauses import PREPOSITIONS, as_read, sentences_of
from service.question_making import Made

if TYPE_CHECKING:
    from index.vocabulary import Vocabulary
    from ingest.letter import Letter

_ENUMERATION = re.compile(r"^(?:(?:\d{1,2}|[A-Z])(?:\.\d+)*[.)]?\s)")
_HEADING = re.compile(r"[\w’'&-]+(?: [\w’'&-]+){0,5}")
_BEFORE_NOUN = "|".join(sorted(PREPOSITIONS - {"wat", "te", "om"}))
_ASKING = re.compile(
    r"(?:Wat|Welke?|Wanneer|Waarom|Hoeveel|Wie|Hoe(?:veel|lang| lang| vaak| groot| hoog)?) "
)
_A_LETTERS_QUESTION = re.compile(r"[^?]{15,}\?")
_SHORT = re.compile(r"[A-Z][A-Za-z]{2,7}")
# Behind these a noun phrase has ended.
_BEHIND_NOUN = "|".join(sorted(
    PREPOSITIONS | set(
        """en of die dat is zijn was waren wordt worden werd werden heeft hebben kan kunnen moet
        moeten zal zullen als zoals niet ook te om""".split()
    )
))
_RECOMMENDATION = re.compile(r"Aanbeveling \d{1,2}[:.]? ")
_RECOGNISED = 40
_QUOTED = re.compile(r"[‘“«\"']")
_BRACKETS = re.compile(r"\([^()]*\)")
_SAYS = "Wat zeggen de brieven over"
# English of which there is no one: plurals, and what cannot be counted.
_NO_ARTICLE = re.compile(
    r"[a-z -]*(?:[^s]s|data|health|care|change|quality|safety|energy|privacy|research|housing"
    r"|nursing|security|ity|cy|monitoring)"
)
_LEAST_TIMES, _LONG_WORD = 3, 10


def headings_of(letter: Letter) -> Iterator[Made]:
    """"Wat zeggen de brieven over X?" for each heading that names a thing which the letter speaks
    of; `[start:end]` is the section."""
    text = _read_whole(letter)
    for heading, start, end in _sections(letter):
        named = named_by_preposition(text, heading)
        if named:
            yield Made(f"{_SAYS} {named}?", start, end, "heading", named)


def _sections(letter: Letter) -> Iterator[tuple[str, int, int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for block in letter.blocks:
        if block.section:
            found.setdefault(block.section, [block.start, block.end])[1] = block.end
    for section, (start, end) in found.items():
        heading = _ENUMERATION.sub("", section[-1]).strip(" .:")
        if len(heading) > 4 and _HEADING.fullmatch(heading):
            yield heading, start, end


def _read_whole(letter: Letter) -> str:
    return as_read(letter, 0, len(letter.text))


def named_by_preposition(text: str, phrase: str) -> str | None:
    """A phrase with the article that the text gives it behind a preposition, or None where it
    never stands behind one: "over " and that is then good Dutch."""
    found = re.findall(
        rf"(?i:\b(?:{_BEFORE_NOUN})) ((?:(?:de|het|een) )?(?i:{_spelled(phrase)}))"
        rf"(?=[.,:;)]| (?:{_BEHIND_NOUN})\b)",
        text,
    )
    most, times = Counter(found).most_common(1)[0] if found else ("", 0)
    # Telegram style leaves the article of one thing out, here or there.
    is_sure = times > 1 or re.match(r"(?:de|het|een) |.+(?:en|s)$", most)
    return most if is_sure else None


def _spelled(phrase: str) -> str:
    """A pattern for a phrase that may be folded."""
    marked = {"a": "aáàä", "e": "eéèëê", "i": "iíï", "o": "oóö", "u": "uúü", "c": "cç", "n": "nñ"}
    return "".join(
        f"[{marked[one]}]" if one in marked else re.escape(one) for one in phrase
    )


def short_forms_of(letter: Letter, vocabulary: Vocabulary) -> list[Made]:
    """"Wat is de X?" for each abbreviation that the letter introduces, those that it uses most
    first; "Waar staat X voor?" for one that has no article."""
    text = _read_whole(letter)
    found: dict[str, Made] = {}
    for sentence in sentences_of(letter):
        for short, _ in vocabulary.definitions(sentence.written):
            if short not in found and _SHORT.fullmatch(short):
                named = named_by_preposition(text, short) or short
                asks = f"Wat is {named}?" if " " in named else f"Waar staat {short} voor?"
                found[short] = Made(asks, sentence.start, sentence.end, "abbreviation", short)
    return sorted(found.values(), key=lambda made: -len(re.findall(rf"\b{made.about}\b", text)))


def recommended_in(letter: Letter) -> Iterator[Made]:
    """"Welke aanbevelingen worden gedaan over X?" of a letter with numbered recommendations, where
    X is what it speaks of most; `[start:end]` is from where the first is given to the last."""
    numbered = [
        (block, match.end()) for block in letter.blocks
        if (match := _RECOMMENDATION.match(letter.text, block.start))
    ]
    for topic in [*terms_of(letter)][:1] if len(numbered) > 1 else ():
        (first, at), (last, _) = numbered[0], numbered[-1]
        # They may be listed before they are discussed one by one.
        start = letter.text.find(letter.text[at : min(at + _RECOGNISED, first.end)])
        question = f"Welke aanbevelingen worden gedaan over {topic.about}?"
        yield Made(question, start, last.end, "recommended", topic.about)


def asked_of(letter: Letter) -> Iterator[Made]:
    """The questions that members put in the letter, as they put them, where they are answered with
    more than a yes or no; `[start:end]` is the answer."""
    for block in letter.blocks:
        numbers = asked(block)
        given = _answer_to(letter, numbers) if numbers else None
        if given is None or "\n" in letter.text[block.start : block.end]:
            continue
        for match in _A_LETTERS_QUESTION.finditer(as_read(letter, block.start, block.end)):
            question = match[0].strip()
            if _ASKING.match(question):
                yield Made(question, *given, "asked")


def _answer_to(letter: Letter, numbers: frozenset[int]) -> tuple[int, int] | None:
    own = [
        block for block in letter.blocks
        if answered(block) & numbers and block.kind is not BlockKind.HEADING
    ]
    if not own or is_bare(letter.text[own[0].start : own[-1].end]):
        return None
    return own[0].start, own[-1].end


def subject_of(letter: Letter) -> Iterator[Made]:
    """"Wat zeggen de brieven over X?" where X is what questions of members were put over: a noun
    phrase, since the letter has it behind "over"; `[start:end]` are the answers."""
    subject = " ".join(_BRACKETS.sub("", letter.metadata.subject or "").split())
    given = [
        block for block in letter.blocks
        if answered(block) and block.kind is not BlockKind.HEADING
    ]
    is_noun_phrase = re.match(r"(?:de|het|een) ", subject) and not _QUOTED.search(subject)
    if letter.metadata.kind is Kind.KAMERVRAGEN and given and is_noun_phrase:
        yield Made(f"{_SAYS} {subject}?", given[0].start, given[-1].end, "subject", subject)


def terms_of(letter: Letter) -> Iterator[Made]:
    """"Wat zeggen de brieven over X?" for the long words that the letter uses most and that Dutch
    at large does not know, the most frequent first."""
    text, general = _read_whole(letter), _general()
    words = Counter(content_words(text))
    for word, times in words.most_common():
        if times >= _LEAST_TIMES and len(word) >= _LONG_WORD and word not in general:
            named = named_by_preposition(text, word)
            is_name = named is not None and named.split()[-1][0].isupper()
            if named and (is_name or " " not in named):
                yield Made(f"{_SAYS} {named}?", 0, len(letter.text), "topic", named)


@lru_cache(maxsize=1)
def _general() -> dict[str, float]:
    return bundled_general()


@lru_cache(maxsize=1)
def _in_english() -> dict[str, str]:
    """What official Dutch terms are in English, by the folded term, as far as that can stand behind
    "about" without an article."""
    return {
        fold(dutch[0]): english[0]
        for dutch, english in read_lexicon(read_shipped(LEXICON))
        if (" " in english[0] or len(english[0]) >= _LONG_WORD)
        and _NO_ARTICLE.fullmatch(english[0])
    }


def topics_in_english(letter: Letter) -> Iterator[Made]:
    """"What do the letters say about X?" for the terms that the letter speaks of most and that are
    known in English, the most frequent first."""
    text, known = _read_whole(letter), _in_english()
    for word, times in Counter(content_words(text)).most_common():
        if times > 1 and word in known:
            named = named_by_preposition(text, word)
            if named and not re.match(r"het \w+en$", named):
                question = f"What do the letters say about {known[word]}?"
                yield Made(question, 0, len(letter.text), "topic", named)


_NAMED = r"(?:(?P<article>de|het) )?(?P<name>[A-Z][\w’&-]*(?: (?:van|voor|en|[A-Z\d][\w’&-]*))*)"
_A_NAME = re.compile(_NAMED)
_HAPPENED = {
    "gestart": "start", "opgericht": "established", "ondertekend": "signed",
    "gepubliceerd": "published", "ingesteld": "set up", "aangenomen": "adopted",
    "afgerond": "completed",
}
_ASPECTS = {
    "voortgang": "progress", "resultaten": "results", "uitkomsten": "outcomes",
    "stand van zaken": "state of affairs", "uitvoering": "implementation",
}
_INFORMED = re.compile(
    rf"Wanneer wordt de Kamer geïnformeerd over de (?P<aspect>{'|'.join(_ASPECTS)}) van {_NAMED}\?"
)
_WHEN = re.compile(rf"Wanneer (?:is|werd|wordt) {_NAMED} (?P<happened>{'|'.join(_HAPPENED)})\?")


def in_english(made: Made) -> Made | None:
    """A question in Dutch in English, where it is made around a name; None for any other."""
    if made.kind == "abbreviation":
        return replace(made, question=f"What does {made.about} stand for?")
    when, name = _WHEN.fullmatch(made.question), _A_NAME.fullmatch(made.about)
    if when is not None:
        what, happened = _the(when), _HAPPENED[when["happened"]]
        verb = f"did {what} {happened}" if happened == "start" else f"was {what} {happened}"
        return replace(made, question=f"When {verb}?", about=when["name"])
    informed = _INFORMED.fullmatch(made.question)
    if informed is not None:
        what = f"the {_ASPECTS[informed['aspect']]} of {_the(informed)}"
        question = f"When will Parliament be informed of {what}?"
        return replace(made, question=question, about=informed["name"])
    asks = {"purpose": "What is the purpose of", "definition": "What is"}.get(made.kind)
    return replace(made, question=f"{asks} {_the(name)}?") if asks and name else None


def _the(named: re.Match[str]) -> str:
    return f"the {named['name']}" if named["article"] else named["name"]
