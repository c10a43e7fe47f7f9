"""Texts that are no letters: mails, drawings and print files, programs, tables of data"""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.utils import parsedate_tz

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What only the head of a mail as it is sent or kept has (RFC 5322, MIME); no letter names these.
_MAIL_FIELDS = frozenset({"message-id", "mime-version", "received", "return-path"})
# What Dutch sentences are full of: letters have at least 0.21 of these words, programs and data,
# also those with some Dutch in them, at most 0.16 and nearly all under 0.05.
_DUTCH = frozenset(
    "de het een en van dat die deze dit te voor met op aan zijn om niet ook door over bij uit naar "
    "wordt worden".split()
)
_LEAST_DUTCH = 0.12


def kind_of_text(head: bytes) -> str | None:
    """What a file that begins with `head` is, after an article ("a mail"), where it is a text of
    another kind than a letter; None where its beginning does not tell."""
    head = head.removeprefix(_UTF8_MARK).lstrip()
    if head.startswith(b"%!"):
        return "a PostScript file"
    if head.startswith(b"#!"):
        return "a program"
    if head.startswith((b"<svg", b"<?xml", b"<!DOCTYPE svg")):
        return "an SVG image" if b"<svg" in head else "an XML file"
    return "a mail" if _is_mail(head) else None


def _is_mail(head: bytes) -> bool:
    """Whether a text begins with the head of a mail: with what programs write there, or with the
    two fields that each must have, the date as programs write it."""
    fields = BytesHeaderParser().parsebytes(head)
    names = {name.lower() for name in fields}
    if names & _MAIL_FIELDS:
        return True
    return "from" in names and parsedate_tz(str(fields["date"] or "")) is not None


def reads_as_dutch(sample: bytes) -> bool:
    """Whether a text, of which this is a large part, is written in Dutch sentences."""
    is_utf16 = sample.startswith(_UTF16_MARKS)
    # The words that are counted have no accents, so that any other encoding does.
    text = sample.decode("utf-16" if is_utf16 else "latin-1", errors="ignore")
    words = [word.strip(".,;:?!()\"'") for word in text.lower().split()]
    return sum(word in _DUTCH for word in words) >= _LEAST_DUTCH * max(1, len(words))
