"""Work that a front end does behind the user's back: titles, tags, suggestions, search queries

Such a message asks nothing about letters: it hands over the conversation, or the answers of other
models, and says what to make of it. It is told by that, and never by a question's own words: a
person who asks speaks of letters, and does not enclose a conversation. What is answered is the
least that fits: empty JSON of the form that the message itself shows, and as a title the
conversation's first question.
"""

from __future__ import annotations

import json
import re

_HISTORY = re.compile(r"<(chat_history|conversation|chat|messages|transcript)>", re.IGNORECASE)
_TASK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]*|\*\*)(?:task|taak|instructions?)\b", re.I | re.M)
_PRODUCT = re.compile(
    r"\b(?:json|titles?|titels?|tags?|keywords?|trefwoorden|follow[- _]?ups?|vervolgvragen"
    r"|search quer(?:y|ies)|zoekvragen|zoekopdrachten|autocompletion|emoji|summar\w+)\b",
    re.IGNORECASE,
)
_CONVERSATION = re.compile(
    r"\b(?:conversation|chat(?: history)?|messages|gesprek|gespreksgeschiedenis)\b", re.IGNORECASE
)
_USER_LINE = re.compile(
    r"^[ \t]*[*#]*(?:user|human|gebruiker)[*]*[ \t]*:[*]*[ \t]*(?P<said>.*)", re.I | re.M
)
_ASSISTANT_LINE = re.compile(r"^[ \t]*[*#]*(?:assistant|ai|assistent)[*]*[ \t]*:", re.I | re.M)
_MERGING = re.compile(r"\bresponses from (?:\w+ )?models\b", re.IGNORECASE)
_MERGED = re.compile(r"^responses from models:", re.IGNORECASE | re.MULTILINE)
# What is to be made of the conversation that this message ends, in one sentence.
_MADE = r"(?:json|title|titel|name|naam|tags?|keywords|trefwoorden|follow[- _]?ups?|vervolgvragen)"
_THIS = (
    r"(?:(?:this|the)(?: above| previous| following| entire| whole)? (?:conversation|chat)"
    r"(?: history)?|dit (?:chat)?gesprek|deze chat)"
)
_OF_THIS = re.compile(
    rf"\b{_MADE}\b[^.?!\n]{{0,200}}\b{_THIS}\b(?! (?:between|tussen|met|with))"
    rf"|\b{_THIS} (?:a|an|een)\b[^.?!\n]{{0,200}}\b{_MADE}\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"\b(?:brie(?:f|ven)|letters?|nota\w*|kamerstuk\w*)\b", re.IGNORECASE)
# Without the conversation in it a task is short.
_LONGEST_TASK = 2_000
_FORM = re.compile(r"\{\s*\"(?P<key>\w{1,40})\"\s*:\s*(?P<value>[\[\"])")
_TITLE = re.compile(r"\b(?:title|titel)\b", re.IGNORECASE)
_LONGEST_TITLE = 60


def task_answer(text: str, first_asked: str = "") -> str | None:
    """What to answer to a task of the front end: empty where it asks for nothing that can be given,
    and None where the message is no task. `first_asked` is the first message of the user before
    it, for a conversation that is not handed over in it."""
    if (merging := _MERGING.search(text)) and _MERGED.search(text, merging.end()):
        return ""
    instructions, turns = _parts(text)
    if turns is None:
        return None
    if form := _FORM.search(instructions):
        key, is_list = form["key"], form["value"] == "["
        title = _title(turns, first_asked) if _TITLE.fullmatch(key) else ""
        return json.dumps({key: [] if is_list else title}, ensure_ascii=False)
    return _title(turns, first_asked) if _TITLE.search(instructions) else ""


def _parts(text: str) -> tuple[str, str | None]:
    """What a message says to do, and the conversation that it hands over, if it does."""
    if opening := _HISTORY.search(text):
        end = text.rfind(f"</{opening[1]}>")
        instructions = f"{text[: opening.start()]}\n{text[end:]}"
        is_task = _TASK.search(instructions) or _PRODUCT.search(instructions)
        if end > opening.end() and is_task:
            return instructions, text[opening.end() : end]
    first, last = _USER_LINE.search(text), _ASSISTANT_LINE.search(text)
    if first and last:
        instructions = text[: min(first.start(), last.start())]
        if _CONVERSATION.search(instructions) and _PRODUCT.search(instructions):
            return instructions, text[len(instructions) :]
    is_short = len(text) <= _LONGEST_TASK
    if is_short and _OF_THIS.search(text) and not _LETTERS.search(text):
        return text, ""
    return text, None


def _title(turns: str, first_asked: str) -> str:
    """The conversation's first question, cut at a word."""
    first = _USER_LINE.search(turns)
    said = " ".join((first["said"] if first else first_asked).split())
    if len(said) <= _LONGEST_TITLE:
        return said
    return said[: _LONGEST_TITLE - 1].rsplit(maxsplit=1)[0].rstrip(" ,;:") + "…"
