"""Words of a letter in Markdown: shown as they are, and never read as markup

Chat front ends show what a model says as Markdown, so that an asterisk, a `<b>` or a link in a
letter would be markup in the answer. Programs of the official client read the same text as it is.
Therefore only what would be markup where it stands is escaped: nearly every answer is the same in
both readings, and what is escaped stays readable.

The rules are CommonMark's, with what front ends add to it:

- What is escaped takes a backslash, `<` and `&` too: some show an entity as it is written. Only
  what encloses a model's thoughts (`<think>`, `<details>`) is written as an entity: front ends cut
  that out of the text before they read it as Markdown.
- `[` is left alone and the bracket that would make it a link is escaped at its end, since `\\[` and
  `\\(` begin a formula in many of them, and `[1]` is a marker. `$`, `$$` and the `{` of `\\ce{` are
  escaped for the same reason, and so is `:::`, which begins a box.
- An address becomes a link by itself (GitHub's autolinks, as marked.js has them): from `http://`,
  `https://` or `www.` up to white space or `<`, without the punctuation `?!.,:;*_'"~)` at its end.
  So a quotation mark behind an address would be part of it: there, and where an address holds what
  would be markup, it is written as `<https://…>`, in which nothing is escaped; one that begins with
  `www.`, which has no such form, is kept from being a link. Any other is left as it is.
- Lists stay lists: a line that begins with a dash or a number is the answer's own form.
"""

from __future__ import annotations

import re
from typing import cast

_ESCAPABLE = r"!-/:-@\[-`{-~"
_ADDRESS = r"(?:https?://|ftp://|www\.)[A-Za-z0-9-][^\s<>“”„‟«»‘’\"`|\\…\[\]]*"
_THOUGHT = (
    r"/?\|?(?:begin_of_|end_of_)?"
    r"(?:think|thought|reason|reflect|solution|details|code_interpreter|tool_call)"
)
_MARKUP = (
    rf"(?P<entity>[<◁](?={_THOUGHT})|[<◁](?=/?\Z))"
    r"|<(?=[A-Za-z/!?|@])|&(?=#?[0-9A-Za-z]+;)"
    r"|\\(?P<command>[A-Za-z]+)\{"
    rf"|\\(?=[{_ESCAPABLE}\n]|\Z)"
    r"|[`$]"
    r"|(?<![ \t\n])[*~]|[*~](?![ \t\n])"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|\](?=[(])"
    r"|(?<=\]):"
    r"|(?<=\[)\^"
)
_IN_ADDRESS = re.compile(_MARKUP, re.IGNORECASE)
_INLINE = re.compile(rf"(?P<address>{_ADDRESS})|{_MARKUP}", re.IGNORECASE)
# What begins a line: a heading, quotation or bullet other than a dash, a rule, a box, or the line
# under a heading or the head of a table.
_LINE_START = re.compile(
    r"^[ \t]*(?P<kept>(?:(?:-|[0-9]{1,9}[.)])[ \t]+)?)"
    r"(?P<marked>#(?=#*(?:\s|\Z))|>|[*+](?=\s|\Z)|:(?=::)|[-=|:](?=[-=|: \t]*$))",
    re.MULTILINE,
)
# A link does not end with it, but for the bracket that closes one in the address.
_PUNCTUATION = "?!.,:;*_'~)"
_BEGINNING = re.compile(r"(\w+)([:.])(.*)", re.DOTALL)
_ENTITY = re.compile(r"&#?[0-9A-Za-z]+;")
_ENTITIES = {"<": "&lt;", "◁": "&#9665;"}
_CHARACTERS = {entity: character for character, entity in _ENTITIES.items()}
_WRITTEN = re.compile(
    rf"\\(?P<escaped>[{_ESCAPABLE}])|<(?P<address>(?:https?|ftp)://[^\s<>]*)>"
    rf"|(?P<entity>{'|'.join(_CHARACTERS)})",
    re.IGNORECASE,
)


def escaped(text: str, *, begins_line: bool = True) -> str:
    """`text` as Markdown that shows it; `begins_line`: nothing stands before it on its line."""
    inline = _INLINE.sub(_escape, text)
    if begins_line:
        return _LINE_START.sub(_escape_start, inline)
    first, newline, rest = inline.partition("\n")
    return f"{first}{newline}{_LINE_START.sub(_escape_start, rest)}" if newline else first


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    return _WRITTEN.sub(_as_it_was, text)


def _escape(match: re.Match[str]) -> str:
    if address := match.groupdict().get("address"):
        end = match.string[match.end() : match.end() + 1]
        return _address(address, is_last=not end or end.isspace())
    if match["entity"]:
        return _ENTITIES[match["entity"]]
    if match["command"]:
        return rf"\\{match['command']}\{{"
    return f"\\{match[0]}"


def _address(found: str, *, is_last: bool) -> str:
    """An address with the punctuation behind it, as it is where only the address becomes a link;
    `is_last`: white space comes next."""
    address = _without_punctuation(found)
    behind = re.sub(r"[*_~]", r"\\\g<0>", found[len(address) :])
    is_plain = _IN_ADDRESS.search(address) is None
    if is_last and is_plain:
        return f"{address}{behind}"
    scheme, mark, rest = cast("re.Match[str]", _BEGINNING.match(address)).groups()
    if mark == ":" and not _ENTITY.search(address):
        return f"<{address}>{behind}"
    return f"{scheme}\\{mark}{_IN_ADDRESS.sub(_escape, rest)}{behind}"


def _without_punctuation(found: str) -> str:
    address = found
    while address[-1] in _PUNCTUATION:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _as_it_was(match: re.Match[str]) -> str:
    if match["entity"]:
        return _CHARACTERS[match["entity"]]
    return match["escaped"] or match["address"]


def _escape_start(match: re.Match[str]) -> str:
    return f"{match['kept']}\\{match['marked']}"
