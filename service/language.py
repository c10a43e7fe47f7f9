"""Which of the two languages a question is in; answers' own words follow it."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["nl", "en"]

_ENGLISH = frozenset(
    """the what which who when where why how is are was were does do did will would should can could
    of to in for and or on by with from about that this these those has have been be it its their
    there any much many according letter government you your please tell me""".split()
)
_DUTCH = frozenset(
    """de het een wat welke wie wanneer waar waarom hoe is zijn was waren wordt worden doet doen zal
    van te in voor en of op door met uit over dat dit deze die heeft hebben geweest er aan om bij
    volgens brief kabinet u uw je ik wij graag hoeveel kan kunnen mag moet niet ook als
    naar""".split()
)


def language_of(text: str) -> Language:
    """The language of a question, by its function words; Dutch unless English is clear."""
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    english = sum(word in _ENGLISH - _DUTCH for word in words)
    dutch = sum(word in _DUTCH - _ENGLISH for word in words)
    return "en" if english > dutch else "nl"
