"""What a file's own properties say of a letter, as far as that can be trusted.

Three kinds of properties can be: what a ministry's template fills in under the letter's own labels
(a custom property named Kenmerk), what the official publisher states (officielebekendmakingen.nl,
tweedekamer.nl: identifier, dossier, date), and a title whose words stand in the letter. Of a page
that names the government as its site or publisher, but not its own address, the date is too. A
typist's name is no sender, and the day on which a file was made is no date of a letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.dates import find_date
from ingest.identifiers import valid_kenmerk
from ingest.letter import Kind
from ingest.references import (
    find_document_numbers,
    find_series_ids,
    kamerstuk_of_series,
    parse_kamerstuk,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_PUBLISHERS = (
    "officielebekendmakingen.nl",
    "overheid.nl",
    "tweedekamer.nl",
    "eerstekamer.nl",
    "rijksoverheid.nl",
)
# Not provinces and municipalities: their sites state when a page was made.
_GOVERNMENT = re.compile(r"(?:Ministerie van|Rijksoverheid\b|(?:Tweede|Eerste) Kamer der)")
_KENMERK_NAMES = ("ons kenmerk", "kenmerk", "onze referentie")
_DATE_NAMES = ("datum", "dagtekening")
_SUBJECT_NAMES = ("betreft", "onderwerp")
_PUBLISHED_DATES = ("datumbrief", "datumondertekening", "datumontvangst", "issued")
_DOWNLOADED = re.compile(r"File downloaded from (https://gegevensmagazijn\.tweedekamer\.nl/\S+)")
_PLACEHOLDER = re.compile(r"[\[<{]|klik\b|none$|onbekend$|x{3,}$", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.[a-z]{3,4}\W*$|^Microsoft \w+ - ", re.IGNORECASE)
# What stands in every letter's head, and what a word processor proposes as a title for it.
_NO_TITLE = re.compile(
    r"(?:ministerie van|aan|van|datum|betreft|onderwerp|geachte|retouradres|postbus"
    r"|(?:tweede|eerste) kamer"
    r"|(?:de|het) (?:voorzitter|leden|minister|staatssecretaris|college))\b",
    re.IGNORECASE,
)
_MIN_TITLE_WORDS = 3
_MAX_VALUE = 400


def declared_by(properties: Mapping[str, str], text: str) -> dict[str, Any]:
    """The fields of metadata that `properties` supply, trusted ones only.

    `properties` are a `RawDocument`'s; `text` is the letter's canonical text, in which the words
    of a title have to stand.
    """
    values = {name: " ".join(value.split()) for name, value in properties.items()}
    known = {name: value for name, value in values.items() if 0 < len(value) <= _MAX_VALUE}
    source_url = _source_url(known)
    identifier = _identifier(known, source_url)
    is_published = bool(source_url or identifier)
    published = known if is_published else {}
    issued = known if is_published or _is_of_government(known) else {}
    return {
        "kenmerk": _template_kenmerk(known) or identifier,
        "kamerstukken": _kamerstukken(published, identifier),
        "date": _date(known, issued),
        "subject": _subject(known, published, text),
        # Of questions and their answers it names who asked.
        "sender": published.get("indiener") if _kind(identifier) is Kind.KAMERSTUK else None,
        "kind": _kind(identifier),
        "source_url": source_url,
    }


def _source_url(known: Mapping[str, str]) -> str | None:
    """The address that the file gives as its own, where an official publisher stands in it."""
    downloaded = _DOWNLOADED.fullmatch(known.get("producer", ""))
    url = downloaded[1] if downloaded else known.get("source_url", "")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    is_official = any(host == name or host.endswith(f".{name}") for name in _PUBLISHERS)
    return url if parts.scheme in ("http", "https") and is_official else None


def _is_of_government(known: Mapping[str, str]) -> bool:
    """Whether a page says that it is the government's, without giving its address.

    A page that was saved by itself often has no address. Of such a page only the day on which it
    was issued is believed, which it can say by mistake but has no reason to make up.
    """
    site = known.get("title", "").rpartition(" | ")[2]
    named = (known.get(name, "") for name in ("publisher", "authority", "creator"))
    return site.lower() in _PUBLISHERS or any(_GOVERNMENT.match(name) for name in named)


def _identifier(known: Mapping[str, str], source_url: str | None) -> str | None:
    """The identifier of the series, or the Tweede Kamer's document number."""
    for text in (known.get("identifier", ""), source_url or ""):
        for find in (find_series_ids, find_document_numbers):
            if found := find(text):
                return found[0][2]
    return None


def _template_kenmerk(known: Mapping[str, str]) -> str | None:
    values = (valid_kenmerk(known[name]) for name in _KENMERK_NAMES if name in known)
    return next((value for value in values if value), None)


def _kamerstukken(published: Mapping[str, str], identifier: str | None) -> tuple[str, ...]:
    dossiers = [
        found
        for part in published.get("dossier", "").split(";")
        if (found := parse_kamerstuk(part))
    ]
    number = published.get("ondernummer", "")
    if dossiers and re.fullmatch(r"\d{1,4}|[A-Z]{1,3}", number):
        dossiers[0] = f"{dossiers[0]}-{number}"
    if not dossiers and (own := kamerstuk_of_series(identifier or "")):
        dossiers = [own]
    return tuple(dict.fromkeys(dossiers))


def _date(known: Mapping[str, str], issued: Mapping[str, str]) -> str | None:
    values = [known[name] for name in _DATE_NAMES if name in known]
    values += [issued[name] for name in _PUBLISHED_DATES if name in issued]
    # A time of day may follow the day, as in 2024-05-03T10:00:00Z.
    dates = (find_date(re.sub(r"(?<=\d)T\d.*", "", value)) for value in values)
    return next((date for date in dates if date), None)


def _subject(known: Mapping[str, str], published: Mapping[str, str], text: str) -> str | None:
    for name in _SUBJECT_NAMES:
        if name in known and not _PLACEHOLDER.match(known[name]):
            return known[name]
    # Web pages are headed "Title | Site".
    title = known.get("title", "").split(" | ")[0]
    if _stands_in(title, text):
        return title
    if "producer" in published and _DOWNLOADED.fullmatch(published["producer"]):
        return published.get("subject")
    return published.get("documenttitel")


def _stands_in(title: str, text: str) -> bool:
    words, text_words = (re.findall(r"\w+", each.casefold()) for each in (title, text))
    if len(words) < _MIN_TITLE_WORDS or _FILE_NAME.search(title) or _NO_TITLE.match(title):
        return False
    if find_date(title):
        return False
    return f" {' '.join(words)} " in f" {' '.join(text_words)} "


def _kind(identifier: str | None) -> Kind | None:
    if identifier is None:
        return None
    if identifier.startswith(("ah-", "kv-")):
        return Kind.KAMERVRAGEN
    return Kind.KAMERSTUK if identifier.startswith("kst-") else None
