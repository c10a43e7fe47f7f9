"""Words of a letter in Markdown: shown as they are, and never read as markup

Chat front ends show what a model says as Markdown, so that an asterisk, a `<b>` or a link in a
letter would be markup in the answer. Programs of the official client read the same text as it is.
Therefore only what would be markup where it stands is escaped: nearly every answer is the same in
both readings, and what is escaped stays readable.

What is escaped takes a backslash, as CommonMark has it, with three exceptions. `<` before a tag and
`&` before an entity are written as entities, so that there is no tag for whoever looks for one
without reading the Markdown (front ends cut `<think>` out of the text before they show it, and one
that shows HTML shows no element). `[` is left alone and the bracket that would make it a link is
escaped at its end, since `\\[` and `\\(` begin a formula in many front ends, and `[1]` is a marker.
Lists stay lists: a line that begins with a dash or a number is the answer's own form.
"""

from __future__ import annotations

import html
import re

_ESCAPABLE = r"!-/:-@\[-`{-~"
_INLINE = re.compile(
    rf"(?P<entity><(?=[A-Za-z/!?|]|\Z)|&(?=#?[0-9A-Za-z]+;))"
    rf"|\\(?=[{_ESCAPABLE}\n]|\Z)"
    r"|[`$]"
    r"|(?<![ \t\n])[*~]|[*~](?![ \t\n])"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|\](?=[(])"
    r"|(?<=\]):"
    r"|(?<=\[)\^"
)
# What begins a line: a heading, quotation or bullet other than a dash, a rule, or the line under a
# heading or the head of a table.
_LINE_START = re.compile(
    r"^[ \t]*(?P<kept>(?:(?:-|[0-9]{1,9}[.)])[ \t]+)?)"
    r"(?P<marked>#(?=#*(?:\s|\Z))|>|[*+](?=\s|\Z)|[-=|:](?=[-=|: \t]*$))",
    re.MULTILINE,
)
_ESCAPED = re.compile(rf"\\([{_ESCAPABLE}])")


def escaped(text: str, *, begins_line: bool = True) -> str:
    """`text` as Markdown that shows it; `begins_line`: nothing stands before it on its line."""
    inline = _INLINE.sub(_escape, text)
    if begins_line:
        return _LINE_START.sub(_escape_start, inline)
    first, newline, rest = inline.partition("\n")
    return f"{first}{newline}{_LINE_START.sub(_escape_start, rest)}" if newline else first


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    plain = _ESCAPED.sub(r"\1", text)
    return plain.replace("&lt;", "<").replace("&amp;", "&")


def _escape(match: re.Match[str]) -> str:
    return html.escape(match[0], quote=False) if match["entity"] else f"\\{match[0]}"


def _escape_start(match: re.Match[str]) -> str:
    return f"{match['kept']}\\{match['marked']}"
