"""Numbers that tell who somebody is: BSN, IBAN and telephone numbers

A number is one by its own proof: the elfproef of a BSN and the check digits of an IBAN by
python-stdnum, what numbers a country gives out by phonenumbers. Behind its label ("BSN", "tel.") it
is one without: a typing error is no reason to keep it.

Every pattern begins where a word or number begins and reads a bounded stretch from there, so that
the work grows no faster than the text.
"""

from __future__ import annotations

import re
from functools import cache

BSN, IBAN, TELEPHONE = "[BSN]", "[IBAN]", "[telefoonnummer]"

# What people put between digits, and what copying leaves there without being seen.
_GAP = r"[ .\u00a0\u2009\u202f\u00ad\u200b\u200c\u200d\u2060\u2010-\u2013-]"
# What is part of a longer number, or of a kenmerk, is no number by itself.
_BEFORE = r"(?<![\w/])(?<!\d[.,:–-])(?<![\w/]-)"
_AFTER = r"(?![\w/]|[.,:–-]\d|-\w)"

_BSN_LABEL = (
    r"(?:bsn(?:[ -]?(?:nummer|nr))?|burger[ -]?service[ -]?(?:nummer|nr)|sofi[ -]?(?:nummer|nr)"
    r"|citizen service number)"
)
_LABELLED_BSN = re.compile(
    rf"(?<![\w\[]){_BSN_LABEL}(?![\w\]])(?P<between>[^\d\[\]\n]{{0,40}}\n?[ \t]{{0,9}})"
    rf"(?P<number>\d(?:{_GAP}{{0,3}}\d){{7,8}})(?!\d)",
    re.IGNORECASE,
)
_BSN = re.compile(
    rf"{_BEFORE}(?:\d{{8,9}}|\d{{3}}({_GAP})\d{{3}}\1\d{{3}}|\d{{4}}({_GAP})\d{{2}}\2\d{{3}}"
    rf"|\d{{3}}({_GAP})\d{{2}}\3\d{{2}}\3\d{{2}})(?:{_AFTER})"
)
# Days and parliamentary years are written in eight digits too, as are numbers of other things.
_DAY_OR_YEARS = re.compile(
    r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:19|20)\d\d)"
    r"|(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
_OF_SOMETHING_ELSE = re.compile(
    r"(?:kenmerk|referentie|reference|zaak|dossier|ticket|melding|incident|order|factuur|document"
    r"|publicatie|kamerstuk\w*|besluit|kvk|rsin|btw|issn|isbn|doi|pmid|arxiv|artikel|versie|id|nr"
    r"|no|code|cas|eg|ec)[- ]?(?:nummers?|nr|no|number)?[ .:#(]{0,3}(?:is )?\Z"
    r"|(?:€|\$|£|\beur|\beuro|\bbedrag van|\btotaal)[ \u00a0.:]{0,2}\Z",
    re.IGNORECASE,
)
# "nr. WJZ 02060103"; eight digits are a BSN whose nought was left out, and more often none.
_BEHIND_CODE = re.compile(r"\bnr\.? [A-Z/&-]{2,12} (?:/ )?\Z")
_BEHIND_CAPITALS = re.compile(r"\b[A-Z]{2,}(?:[/&-][A-Z]+)* \Z")
_BSN_WITHOUT_NOUGHT = 8
_AMOUNT_BEHIND = re.compile(
    r"[ \u00a0]?(?:,-|%|€|(?:euro|eur|dollar|miljoen|miljard|mln|mld|duizend|inwoners|personen"
    r"|mensen|huishoudens|woningen|patiënten|banen|ton(?:nen)?|kilo\w*|kg|liter|m[23²³]|ha|km"
    r"|hectare|[kMGT]Wh?|[kMGTP]J|stuks|keer|jaar|deelnemers|gevallen|doses|vaccins)\b)",
    re.IGNORECASE,
)
_READ_BEFORE = 32

_IBAN_HEAD = re.compile(
    r"(?<![^\W_])[A-Z]{2}[ .-]?\d[ .-]?\d(?=[ .\u00a0-]?[A-Z\d])", re.IGNORECASE
)
_IBAN_TAIL = re.compile(r"(?:[ .\u00a0-]?[A-Z\d]){11,30}", re.IGNORECASE)
_LABELLED_IBAN = re.compile(
    r"(?<![\w\[])(?:iban(?:[ -]?(?:nummer|nr))?|(?:bank)?rekening(?:[ -]?(?:nummer|nr))?)(?![\w\]])"
    r"(?P<between>[^\d\[\]\n]{0,25}?)"
    r"(?P<number>(?<![^\W_])[A-Z]{2}(?:[ .\u00a0-]?\d){2}(?:[ .\u00a0-]?[A-Z]){4}"
    r"(?:[ .\u00a0-]?\d){7,10}(?!\d))",
    re.IGNORECASE,
)
_FIELD_LENGTH = re.compile(r"\d+(?=!)")

_TELEPHONE_LABEL = (
    r"(?:tel(?:efoon)?(?:[ -]?(?:nummer|nr))?|telnr|mobiel(?:e? ?nummer)?|mob|gsm|fax|phone"
    r"(?: number)?|mobile|telephone|doorkiesnummer|doorkies|06[ -]?nummer|whatsapp)"
)
_LABELLED_TELEPHONE = re.compile(
    rf"(?<![\w\[]){_TELEPHONE_LABEL}(?![\w\]])"
    r"(?P<between>\.?[ \t]{0,4}(?:is|nr|:)?[:. \t]{0,4})"
    rf"(?P<number>[+(]{{0,2}}\d(?:[ ()/]?{_GAP}{{0,2}}[ ()]?\d){{6,14}})(?!\d)",
    re.IGNORECASE,
)
# The number of an area has two digits behind the nought, or three; a mobile one begins with 6.
_SEPARATOR = rf"(?:[ )]?{_GAP}{{0,3}}[ (]?)"
_BEHIND_AREA = rf"(?:[ )]?{_GAP}{{0,2}}/?[ (]?)"
_NATIONAL = (
    rf"\(?0(?:6{_BEHIND_AREA}\d(?:{_SEPARATOR}\d){{7}}|\d{{9}}"
    rf"|[1-578]\d{_BEHIND_AREA}\d(?:{_SEPARATOR}\d){{6}}"
    rf"|[1-57]\d\d{_BEHIND_AREA}\d(?:{_SEPARATOR}\d){{5}})"
)
_ABROAD = rf"(?:\+|\(\+|\b00{_GAP}?)[1-9](?:{_SEPARATOR}\d){{7,13}}"
_UNMARKED = rf"31{_GAP}?(?:\(0\))?6(?:{_GAP}?\d){{8}}"
_TELEPHONE = re.compile(
    rf"(?<![\w/=])(?<!\d[.,:–-])(?<![\w/]-)(?:{_NATIONAL}|{_ABROAD}|{_UNMARKED})(?![\w/]|[.,:–-]\d|-\w)"
)
_DAY = re.compile(r"\A\(?(?:[0-2]?\d|3[01])[-./](?:0?\d|1[0-2])[-./](?:19|20)\d\d")
_TRUNK = re.compile(r"\(0\)")
_NOT_DIGIT = re.compile(r"\D")


def without_numbers(text: str) -> str:
    """`text` with each BSN, IBAN and telephone number of a person replaced by what it was.

    Numbers that one calls free of charge or at a rate of their own (0800, 0900) are of
    organisations, and stay.
    """
    text = _LABELLED_IBAN.sub(lambda found: _behind_label(found, IBAN), text)
    text = _without_ibans(text)
    text = _LABELLED_BSN.sub(lambda found: _behind_label(found, BSN), text)
    text = _LABELLED_TELEPHONE.sub(lambda found: _behind_label(found, TELEPHONE), text)
    text = _TELEPHONE.sub(lambda found: TELEPHONE if _is_telephone(found[0]) else found[0], text)
    return _BSN.sub(_bsn, text)


def _behind_label(found: re.Match[str], placeholder: str) -> str:
    start = found.start("number") - found.start()
    return found[0][:start] + placeholder


def _bsn(found: re.Match[str]) -> str:
    digits = _digits(found[0])
    before = found.string[max(0, found.start() - _READ_BEFORE) : found.start()]
    is_other = (
        (found[0].isdigit() and _DAY_OR_YEARS.fullmatch(digits) is not None)
        or _OF_SOMETHING_ELSE.search(before) is not None
        or _BEHIND_CODE.search(before) is not None
        or (len(digits) == _BSN_WITHOUT_NOUGHT and _BEHIND_CAPITALS.search(before) is not None)
        or _AMOUNT_BEHIND.match(found.string, found.end()) is not None
    )
    return BSN if not is_other and _passes_elfproef(digits) else found[0]


def _passes_elfproef(digits: str) -> bool:
    from stdnum.nl import bsn

    return bsn.is_valid(digits.zfill(9))


def _digits(text: str) -> str:
    """The digits of `text`, those of other scripts as ours."""
    return "".join(str(int(one)) for one in text if one.isdecimal())


def _without_ibans(text: str) -> str:
    kept: list[str] = []
    done = 0
    for head in _IBAN_HEAD.finditer(text):
        if head.start() < done:
            continue
        tail = _IBAN_TAIL.match(text, head.end())
        length = _iban_length(text[head.start() : tail.end()]) if tail else 0
        if length:
            kept += [text[done : head.start()], IBAN]
            done = head.start() + length
    return "".join([*kept, text[done:]])


def _iban_length(text: str) -> int:
    """How many characters at the beginning of `text` are an IBAN; 0 for none."""
    from stdnum import iban

    places = [place for place, one in enumerate(text) if one.isalnum()]
    length = _iban_digits(text[:2].upper())
    compact = "".join(text[place] for place in places[:length]).upper()
    is_iban = length and len(compact) == length and iban.is_valid(compact, check_country=False)
    return places[length - 1] + 1 if is_iban else 0


@cache
def _iban_digits(country: str) -> int:
    """How long the IBANs of a country are; 0 where it has none."""
    from stdnum import numdb

    found = numdb.get("iban").info(country)[0][1].get("bban", "")
    fields = [int(one) for one in _FIELD_LENGTH.findall(found)]
    return 4 + sum(fields) if fields else 0


def _is_telephone(written: str) -> bool:
    import phonenumbers
    from phonenumbers import PhoneNumberType

    if _DAY.match(written):
        return False
    plain = _NOT_DIGIT.sub("", _TRUNK.sub("", written))
    if not plain.startswith("0"):
        plain = f"+{plain}"
    try:
        number = phonenumbers.parse(plain, "NL")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in (
        PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST
    )
