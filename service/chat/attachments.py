"""What a front end wraps around a question: documents, as context that it claims citations of

A front end that attaches files or knowledge puts their text into the user's message or a system
message, as a `<context>` of `<source id="1">` elements, with instructions of its own, and shows
each `[1]` in the answer as a reference to its first source. Nothing of that is read here. The
question is what stands behind the last of those elements, since templates, which users may change,
end with it; where nothing does, the question cannot be told from the template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTEXT = r"(?:context|sources?|documents?|files?|knowledge|attachments?|search_results)"
_OPENING = re.compile(rf"<{_CONTEXT}(?:\s[^<>]*)?>", re.IGNORECASE)
_CLOSING = re.compile(rf"</{_CONTEXT}\s*>", re.IGNORECASE)
_SOURCE = re.compile(r"<(?:source|document)\s[^<>]*\b(?:id|name|index)\s*=", re.IGNORECASE)
_AROUND_QUESTION = re.compile(
    r"</?(?:user_)?(?:query|question|input|message)>|^[ \t]*#{1,6}[ \t]*(?:user[ \t]+)?"
    r"(?:query|question|vraag)[ \t]*:?[ \t]*$|^[ \t]*(?:user[ \t]+)?(?:query|question|vraag):",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks, perhaps nothing; `wrapped`: documents came with it."""

    question: str
    wrapped: bool = False


def asked_in(text: str) -> Asked:
    """The question in a user's message."""
    opening = _OPENING.search(text)
    if opening is None:
        return Asked(text)
    end = max((found.end() for found in _CLOSING.finditer(text, opening.end())), default=None)
    if end is None:
        return Asked(text)
    return Asked(_AROUND_QUESTION.sub("", text[end:]).strip(), wrapped=True)


def brings_sources(text: str) -> bool:
    """Whether a message, of whatever role, gives sources that the front end numbers."""
    return _SOURCE.search(text) is not None
