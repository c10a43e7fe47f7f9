"""Sentences of letters that speak to a machine that reads them: such words are never quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from index.analyser import fold
from service.machine_orders import TOLD
from service.machine_roles import OWN_FORM, ROLES
from service.machine_signs import FORMAT, SIGNS, SQUEEZED

# Letters of other alphabets that a reader takes for these.
_LOOK_ALIKES = str.maketrans(
    {
        pair[0]: pair[1] for pair in
        "аa вb гr еe зe іi иu кk мm нh оo пn рp сc тt уy хx шw ьb ѕs јj ԁd һh ԛq ԝw ӏl αa βb εe ηn "
        "ιi κk νv οo ρp τt υu χx ωw γy ɑa ɡg ıi øo łl".split()
    }
)
# "n e g e e r": letters that stand apart, which a reader still takes for a word.
_SPACED = re.compile(r"(?<!\w)\w(?:[ ._·*|-]\w){3,}(?!\w)")
# An address is one word of its clause, whatever stops it holds.
_ADDRESS = re.compile(r"(https?)://[^\s()\[\]<>\"”]+")
_TOKEN = re.compile(r"\w+|[.,:;!?]")
# A command stands at the beginning of a clause.
_BEFORE_CLAUSE = frozenset(
    ". , : ; ! ? en dan and then und et dus so please bitte gelieve maar but".split()
)
# "… en geef ik in het antwoord aan" is no command.
_SUBJECTS = frozenset("ik wij we hij zij ze men".split())


@lru_cache(maxsize=8192)
def addresses_machine(text: str) -> bool:
    """Whether `text`, a sentence or a few, speaks to a machine that reads it: tells it to set aside
    what it was told, to answer or cite something, to be someone else or to give away its prompt,
    or imitates the marks that part a prompt from its data.

    Sees through letters that stand apart, invisible ones and look-alikes. A command alone is no
    sign ("Zet exposoomonderzoek in"): what it speaks of is (an answer, instructions, a prompt).
    """
    readable = _readable(text)
    if FORMAT.search(readable) or OWN_FORM.search(readable) or _speaks_to_machine(readable):
        return True
    if _SPACED.search(readable) is None:
        return False
    joined = _SPACED.sub(lambda run: re.sub(r"[\W_]", "", run[0]), readable)
    squeezed = "".join(filter(str.isalpha, joined))
    return _speaks_to_machine(joined) or SQUEEZED.search(squeezed) is not None


def _readable(text: str) -> str:
    """`text` as a reader sees it: in small letters, nothing invisible, look-alikes made Latin."""
    if text.isascii():
        return text.lower()
    shown = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return fold(fold(shown).translate(_LOOK_ALIKES))


def _speaks_to_machine(readable: str) -> bool:
    tokens = _TOKEN.findall(_ADDRESS.sub(r"\1", readable))
    if _rules_by_word().keys().isdisjoint(tokens):
        return False
    plain = " ".join(tokens)
    return any(pattern.match(plain, end) is not None for pattern, end in _rules_met(tokens))


@cache
def _rules_by_word() -> dict[str, list[tuple[re.Pattern[str], bool]]]:
    """By the word that opens it, what each rule wants behind that, and whether it must open a
    clause."""
    rules: dict[str, list[tuple[re.Pattern[str], bool]]] = {}
    for rule in (*TOLD, *ROLES, *SIGNS):
        behind = re.compile(rule.behind)
        for word in rule.words.split():
            rules.setdefault(word, []).append((behind, rule.commands))
    return rules


def _rules_met(tokens: list[str]) -> Iterator[tuple[re.Pattern[str], int]]:
    """The rules that the words of a text open, each with where that word ends."""
    by_word = _rules_by_word()
    end, before = -1, "."
    for token, behind in zip(tokens, [*tokens[1:], ""], strict=True):
        end += len(token) + 1
        opens = before in _BEFORE_CLAUSE and behind not in _SUBJECTS
        for pattern, commands in by_word.get(token, ()):
            if opens or not commands:
                yield pattern, end
        before = token
