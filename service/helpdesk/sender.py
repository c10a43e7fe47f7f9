"""Who wrote a message: its greeting, sign-off and signature, apart from what it says"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.personal_data import masked

_GREETING = re.compile(
    r"^[ \t]*(?:geachte|beste|hallo|hoi|hai|hey|hé|dag|goede?morgen|goedemiddag"
    r"|goedenmiddag|goedenavond|goedendag|goeiemorgen|goeiemiddag|lieve|weledele\w*|dear|hello|hi"
    r"|good (?:morning|afternoon|evening)|l\.?s\.?|to whom it may concern|geacht)(?!\w)"
    r"(?P<whom>[^\n,:!?.]{0,80}(?:(?<=mw|hr|dr|rs|mr|ir|vr)\.[^\n,:!?.]{0,60})?)"
    r"(?P<end>[,:!.]+[ \t]*|$)",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSER = (
    r"(?:met (?:de |een )?(?:vriendelijke|hartelijke|beste|warme|meeste|zonnige|collegiale)?[ ]?"
    r"(?:vriendelijke )?(?:groet\w*|hoogachting)|(?:met )?(?:de )?(?:vriendelijke|hartelijke"
    r"|beste|warme) groet\w*|m\.?v\.?g\.?|m\.?h\.?g\.?|groet(?:en|jes)?|gr\.?|grt\w*|vr\.? ?gr\.?"
    r"|hoogachtend|fijne?[ ](?:dag|weekend|avond)|(?:with )?(?:kind|best|warm)?[ ]?regards"
    r"|best wishes|all the best|yours (?:sincerely|faithfully|truly)|sincerely|cheers"
    r"|best(?=[ ]*(?:[,.!]|$)))"
)
_THANKS = (
    r"(?:(?:alvast|bij voorbaat|heel|hartelijk|veel|met|many|in advance|vast)[ ]?"
    r"(?:hartelijk |veel |heel )?(?:dank|bedankt|thanks)"
    r"(?: (?:je wel|u wel|voor[^\n?]{0,60}|in advance))?"
    r"|b\.?v\.?d\.?|dank(?:jewel|uwel| je wel| u wel|)|bedankt"
    r"|thank(?:s| you)(?: in advance)?)"
)
_CLOSING_LINE = re.compile(
    rf"^[ \t]*(?:{_THANKS}[ ]?(?:en|and|,|!|\.)?[ ]?)?{_CLOSER}(?![\w'’-])"
    r"(?P<behind>[^\n?]{0,60})$"
    rf"|^[ \t]*{_THANKS}(?![\w'’-])(?P<thanked>[^\n?]{{0,40}})$",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING_END = re.compile(
    rf"(?<=[.!?])[ ]+(?:{_THANKS}[ ,.!]{{1,3}})?(?:{_CLOSER}|{_THANKS})(?![\w'’-])"
    r"(?P<behind>[ ,.!]{0,3}[^\n?.,!]{0,40})[.!]?[ ]*$",
    re.IGNORECASE | re.MULTILINE,
)
_POSTSCRIPT = re.compile(
    r"^[ \t]*(?:p\.?s\.?|n\.?b\.?)[ :.]+(?P<text>.{3,})$", re.IGNORECASE | re.MULTILINE
)
_DASHES = re.compile(r"^[ \t]*--[ \t]*$|^[ \t]*[_=*]{5,}[ \t]*$", re.MULTILINE)
_DEVICE = re.compile(
    r"^[ \t]*(?:(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|door)"
    r"|sent (?:from|with|via)|get outlook for|download outlook|outlook voor)\b.{0,100}$",
    re.IGNORECASE | re.MULTILINE,
)
_DISCLAIMER = re.compile(
    r"^[ \t*]*(?:disclaimer\b|(?:dit|deze) (?:e-?mail\w*|bericht|mail)\b.{0,60}"
    r"(?:informatie bevat|vertrouwelijk|(?:uitsluitend|alleen) bestemd)"
    r"|dit bericht kan informatie bevatten|de informatie (?:in|verzonden"
    r"|opgenomen)\b.{0,60}(?:bericht|mail)|denk aan het milieu"
    r"|(?:the|any) information (?:contained )?in this|this (?:e-?mail|message)\b.{0,60}"
    r"(?:confidential|intended|may contain)|please consider the"
    r" environment|(?:confidentiality|privacy) notice|caution: this|let op: deze (?:e-?mail|mail)"
    r"|aan dit bericht kunnen geen rechten|proclaimer)",
    re.IGNORECASE | re.MULTILINE,
)
# Names of nobody: whom greetings address, and what signatures name besides a person.
_NOBODY = frozenset(
    """collega collegas collega's allen allemaal team heer mevrouw meneer mijnheer dames heren
    helpdesk servicedesk ministerie redactie lezer medewerker beleidsmedewerker sir madam all
    colleague colleagues everyone there support secretariaat loket afdeling directie gemeente
    provincie universiteit stichting vereniging dienst bureau postbus informatie minister
    staatssecretaris kamerlid voorzitter college directeur iedereen mensen klantenservice
    klantcontact relatie afzender afzenders desk info contact beheer beheerder postmaster
    nieuwsbrief noreply
    beleidsadviseur adviseur manager consultant coördinator coordinator projectleider programma
    geachte beste burger inwoner bewoner bewoners dhr mw mevr mr drs dr ir ing prof namens met
    vriendelijke voor vragen vraag antwoord het een deze dit u jullie jou je wel dank bedankt alvast
    voorbaat hartelijk veel and the you en of weekend dag avond""".split()
)
_TITLES = re.compile(
    r"\b(?:de heer|heer|mevrouw|meneer|mijnheer|mw|mevr|dhr|drs|dr|mr|ir|ing|prof|ms|mrs|msc|bsc"
    r"|ma|ba|phd)\b\.?",
    re.IGNORECASE,
)
_NAME_LINE = re.compile(
    r"(?:[A-ZÀ-Þ][a-z]?\.[ ]?){0,6}[ ]?(?:\([^()\n]{2,20}\)[ ]?)?"
    r"(?:(?:van|von|de|den|der|ter|ten|te|het|'t|op|el|al|la|le|di|da)[ ]"
    r"|[A-ZÀ-Þ][^\W\d_]+[-'’ ]?){1,7}"
)
_HEADED = re.compile(
    r"^[\s>*|]*(?:van|from|aan|to|cc|afzender|von|an)\*?[ ]?:\*?[ ]*(?P<people>[^\n]{1,300})$"
    r"|(?:schreef|wrote|heeft)[ ](?P<writer>[^<\n:@]{2,60}?)[ ]?(?:<|het volgende|:)",
    re.IGNORECASE | re.MULTILINE,
)
_CONTACT = re.compile(
    r"\[(?:e-mail|telefoonnummer|adres)\]|www\.|https?://|\bpostbus\b"
    r"|^[ \t]*(?:t|m|e|tel|mob|mobiel|telefoon|e-?mail|kvk)[ .:|]{1,3}",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_LINE = 90
_LONGEST_WHOM = 5
_MOST_WORDS = 6
_MOST_GIVEN_NAMES = 2
# A signature says in its first lines who signs.
_SIGNATURE_LINES = 8
_LONGEST_NAME_WORDS = 8


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says, and the names that stood around it."""

    text: str
    names: tuple[str, ...]


def said_in(text: str) -> Said:
    """A message without greeting, sign-off, signature and disclaimer; and whom those name."""
    if found := _DISCLAIMER.search(text):
        text = text[: found.start()]
    text = _DEVICE.sub("", text)
    postscripts = [found["text"] for found in _POSTSCRIPT.finditer(text)]
    text = _POSTSCRIPT.sub("", text)
    text, signature = _signature_apart(text)
    names = _signed(signature)
    text, greeted = _without_greetings(text)
    return Said("\n".join([text.strip(), *postscripts]).strip(), (*names, *greeted))


def closes(line: str) -> bool:
    """Whether a line signs off: what is said ends above it."""
    return _CLOSING_LINE.match(line) is not None


def names_in_heading(heading: str) -> list[str]:
    """Who is named by the lines that head an earlier message."""
    names: list[str] = []
    for found in _HEADED.finditer(heading):
        for one in re.split(r"[;]", found["people"] or found["writer"] or ""):
            plain = re.split(r"[<\[(@]", one)[0].strip(" \"'“”*,\t")
            if plain and _is_person(plain):
                names.append(plain)
    return names


def _signature_apart(text: str) -> tuple[str, str]:
    """`text` up to where it is signed, and the signature."""
    dashes = _DASHES.search(text)
    ends = [dashes.start()] if dashes and text[: dashes.start()].strip() else []
    for found in _CLOSING_LINE.finditer(text):
        if not text[: found.start()].strip() and _asks(text[found.end() :]):
            continue
        # Thanks may stand before the question as well.
        if found["thanked"] is None or not _says_more(text[found.end() :]):
            ends.append(found.start())
            break
    closing = (found for found in _CLOSING_END.finditer(text) if not _asks(text[found.end() :]))
    ends += [found.start() for found in closing][:1]
    if ends:
        return text[: min(ends)], text[min(ends) :]
    return _block_apart(text)


def _asks(text: str) -> bool:
    return "?" in text


def _says_more(text: str) -> bool:
    """Whether there is more than a signature can be: something that asks, or a sentence."""
    lines = [line.strip() for line in text.split("\n")]
    return _asks(text) or any(
        len(line) > _LONGEST_LINE or (line.endswith(".") and len(line.split()) > _MOST_WORDS)
        for line in lines
    )


def _block_apart(text: str) -> tuple[str, str]:
    """As `_signature_apart`, where nothing but its form tells a signature."""
    before, gap, block = text.rstrip().rpartition("\n\n")
    if not gap:
        before, gap, block = text.rstrip().rpartition("\n")
        if not gap or not _is_name_line(block):
            return text, ""
    lines = [line for line in block.split("\n") if line.strip()]
    is_short = all(len(line) <= _LONGEST_LINE and not _asks(line) for line in lines)
    is_contact = _CONTACT.search(masked(block)) is not None and not block.rstrip().endswith(".")
    is_signed = bool(lines) and _is_name_line(lines[0])
    return (before, block) if is_short and (is_contact or is_signed) else (text, "")


def _signed(signature: str) -> list[str]:
    """The name that a signature begins with."""
    for line in signature.split("\n")[:_SIGNATURE_LINES]:
        found = _CLOSING_LINE.match(line) or _CLOSING_END.match(f".{line}", 1)
        plain = line
        if found:
            groups = found.groupdict()
            plain = groups.get("behind") or groups.get("thanked") or ""
        plain = re.split(r"[|,;/]|\s[-–]\s", plain.strip(" ,.!-\t"))[0].strip()
        if not plain or plain.startswith("--"):
            continue
        is_short = len(plain.split()) <= _MOST_GIVEN_NAMES and plain.replace(" ", "").isalpha()
        if _is_person(plain) and (found or is_short or _is_name_line(plain)):
            return [_TITLES.sub("", plain).strip()]
        if not found:
            return []
    return []


def _is_name_line(line: str) -> bool:
    plain = _TITLES.sub("", line).strip(" .,|-\t")
    first = re.split(r"[|,]", plain)[0].strip()
    return _NAME_LINE.fullmatch(first) is not None and _is_person(first)


def _is_person(text: str) -> bool:
    words = re.findall(r"[^\W\d_][\w'’-]*", _TITLES.sub(" ", text))
    return 0 < len(words) <= _LONGEST_NAME_WORDS and not any(
        word.lower() in _NOBODY for word in words
    ) and not any(one.isdigit() for one in text)


def _without_greetings(text: str) -> tuple[str, list[str]]:
    """`text` without its greeting, and whom it greets."""
    names: list[str] = []

    def drop(found: re.Match[str]) -> str:
        whom = _TITLES.sub(" ", found["whom"]).strip(" /")
        words = whom.split()
        if len(words) > _LONGEST_WHOM:
            # "hoi wanneer wordt de Kamer geïnformeerd"
            return found["whom"].lstrip() + found["end"]
        if words and _is_person(whom):
            if words[-1][0].islower() and len(words) > 1 and not found["end"].strip():
                return found["whom"].lstrip()
            names.append(whom)
        return ""

    head, gap, rest = text.lstrip().partition("\n")
    return _GREETING.sub(drop, head) + gap + rest, names
