"""What was said in a conversation, without orders to a machine and words that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.analyser import content_words, fold, stem
from index.snapshot import Snapshot
from index.vocabulary import Vocabulary
from ingest.sentences import sentence_spans
from service.choosing import is_clarification
from service.conversation import Turn
from service.follow_up import leans
from service.instructions import addresses_machine
from service.letters_described import told_letters
from service.wording import lead_in

_ASKS = re.compile(
    r"\?|\b(?:vertel|noem|geef|leg|beschrijf|zoek|tell|list|describe|explain|find|give)\b"
)
# Who speaks of the questions and answers to come, or of what to say, speaks to a machine.
_TO_COME = (
    r"(?:elke?|iedere?|alle|mijn|de|het|every|each|all|my|the|any) "
    r"(?:volgende|verdere|latere|next|following|further|future|other) "
    r"(?:zoek)?(?:vra(?:ag|gen)|antwoord(?:en)?|bericht(?:en)?|questions?|answers?|messages?"
    r"|repl(?:y|ies)|quer(?:y|ies))"
)
_ORDER = re.compile(
    rf"^[\W\d]*(?:vanaf nu|voortaan|from now on)\b.*\b(?:antwoord|vraag|answer|reply|question)"
    rf"|\b(?:neem|zet|voeg|begin|eindig|sluit|herschrijf|herformuleer|verander|wijzig|vervang"
    rf"|beantwoord|gebruik|noem|include|add|put|start|end|rewrite|rephrase|change|replace|answer"
    rf"|use|mention)\b.{{0,80}}?\b{_TO_COME}\b"
    r"|^[\W\d]*(?:negeer|vergeet|ignore|disregard|forget)\b"
    r"|(?:^|[.,;:]|\b(?:en|dan|and|then)\b)\W*(?:zeg|herhaal|print|say|repeat|output)\b"
    r"(?! (?:iets|wat|eens|maar|something|me|mij)\b)",
    re.DOTALL,
)
# What no answer of ours holds, and a chat front end or a browser may act upon.
_MARKUP = re.compile(r"[<>{}|]|!\[|://|www\.")
_MOST_DIGITS_KNOWN = 2


def without_orders(text: str) -> str:
    """A question without its sentences that speak to a machine, and without such words before the
    colon of one; the whole of it where what is left would ask nothing, or something unsaid."""
    left = _kept(text, _asked).strip()
    if left == text.strip():
        return text
    if not _ASKS.search(fold(left)) or not content_words(left):
        return text
    opening, _, _ = left.partition("?")
    # "Vat de brief in drie zinnen samen. Kunt u dat voor mij doen?"
    is_unsaid = leans(left, content_words(left)) and not text.lstrip().startswith(opening)
    return text if is_unsaid else left


def heard(turns: Sequence[Turn], snapshot: Snapshot) -> list[Turn]:
    """The turns before a question, as far as they say something of the letters.

    Of both who asks and who answered, sentences that speak to a machine are left out; of who
    answered, whose words anybody may have written, also those with markup, an address or a word
    that neither the letters nor a dictionary have and no user said; and that it asked back which
    of several things was meant, since what was chosen stands in its place.
    """
    plain = [
        Turn(turn.role, _kept(turn.content, _no_order)) for turn in turns
        if turn.role == "user" or not is_clarification(turn.content)
    ]
    said = {word for turn in plain if turn.role == "user" for word in content_words(turn.content)}
    found: list[Turn] = []
    for turn in plain:
        content = turn.content
        if turn.role == "assistant":
            known = said | _own_words(content, snapshot)
            content = _kept(content, _AsAnswered(known, snapshot.vocabulary))
        if content.strip():
            found.append(Turn(turn.role, content.strip()))
    return found


def strange_words(
    text: str, question: str, history: Sequence[Turn], vocabulary: Vocabulary
) -> list[str]:
    """The words of a stand-alone question that were put into the answers before it, and that
    neither the letters have nor who asks said."""
    said = [question, *(turn.content for turn in history if turn.role == "user")]
    own = {stem(word) for one in said for word in content_words(one)}
    told = {
        stem(word) for turn in history if turn.role == "assistant"
        for word in content_words(turn.content)
    }
    words = {word: stem(word) for word in content_words(text)}
    return [
        word for word, root in words.items()
        if root in told and root not in own and not vocabulary.has(word)
    ]


def _own_words(told: str, snapshot: Snapshot) -> set[str]:
    """The words with which we introduce the letters that an answer cites."""
    letters = [snapshot.letters[at].metadata for at in told_letters(told, snapshot)]
    return {
        word for metadata in letters for language in ("nl", "en")
        for word in content_words(lead_in(metadata, language))
    }


class _AsAnswered:
    """What is kept of a sentence of an answer; `known` are words besides those of the letters."""

    def __init__(self, known: set[str], vocabulary: Vocabulary) -> None:
        self._known = known
        self._vocabulary = vocabulary

    def __call__(self, sentence: str) -> str:
        if _MARKUP.search(sentence) or not all(map(self._is_known, content_words(sentence))):
            return ""
        return sentence

    def _is_known(self, word: str) -> bool:
        is_small = word.isdigit() and len(word) <= _MOST_DIGITS_KNOWN
        return is_small or word in self._known or self._vocabulary.knows(word)


def _is_order(sentence: str) -> bool:
    return addresses_machine(sentence) or _ORDER.search(fold(sentence)) is not None


def _no_order(sentence: str) -> str:
    return "" if _is_order(sentence) else sentence


def _asked(sentence: str) -> str:
    """What a sentence of a question asks: none of it, all, or what comes behind its colon."""
    if not _is_order(sentence):
        return sentence
    order, colon, rest = sentence.partition(":")
    asks = colon and _is_order(order) and rest.strip().endswith("?")
    return rest.strip() if asks and not _is_order(rest) else ""


def _kept(text: str, keep: Callable[[str], str]) -> str:
    """`text` with what `keep` leaves of each of its sentences."""
    lines = []
    for line in text.split("\n"):
        kept, end = "", 0
        for start, stop in sentence_spans(line):
            left = keep(line[start:stop])
            kept += line[end:start] + left if left else ""
            end = stop
        if kept.strip() or not line.strip():
            lines.append(kept + line[end:])
    return "\n".join(lines)
