"""Which of the two languages a question is in; answers' own words follow it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from index.analyser import content_words

Language = Literal["nl", "en"]

_ENGLISH = frozenset(
    """the what which who when where why how is are was were does do did will would should can could
    of to in for and or on by with from about that this these those has have been be it its their
    there any much many according letter government you your please tell me a an not no at as into
    between under than but if we our they explain describe list name give show summarise summarize
    find get my i whom whose during since until against per""".split()
)
_DUTCH = frozenset(
    """de het een wat welke wie wanneer waar waarom hoe is zijn was waren wordt worden doet doen zal
    van te in voor en of op door met uit over dat dit deze die heeft hebben geweest er aan om bij
    volgens brief kabinet u uw je ik wij graag hoeveel kan kunnen mag moet niet ook als
    naar geen we per noem geef vertel leg toon zoek tussen onder tot maar dan wil weten""".split()
)


def language_of(
    text: str, reads_as_english: Callable[[Sequence[str]], bool] | None = None
) -> Language:
    """The language of a question, by its function words, and where these do not tell by what its
    other words read as; Dutch unless English is clear."""
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    english = sum(word in _ENGLISH - _DUTCH for word in words)
    dutch = sum(word in _DUTCH - _ENGLISH for word in words)
    if english == dutch and reads_as_english is not None:
        return "en" if reads_as_english(content_words(text)) else "nl"
    return "en" if english > dutch else "nl"
