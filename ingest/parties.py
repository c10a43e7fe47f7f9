"""Who a letter is from and whom it is for, in the words of its head and its closing."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.identifiers import NUMBER_LINE, series_identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.head import Head

_FUNCTION = re.compile(
    r"\b(?:minister-president|minister|staatssecretaris|(?:vice-?)?voorzitter|directeur"
    r"|(?:vice-?)?president|burgemeester|wethouder|gedeputeerde|commissaris|dijkgraaf|secretaris"
    r"|inspecteur-generaal|ombudsman|griffier|hoofd)\b",
    re.IGNORECASE,
)
# A body that decides as one: who signs for it is not the sender.
_BODY = re.compile(
    r"(?:namens )?(?P<body>(?:het )?(?:college|dagelijks bestuur|algemeen bestuur)(?: van [^,]+?)?"
    r"|(?:burgemeester en wethouders|gedeputeerde staten|provinciale staten)(?: van [^,]+?)?)"
    r"(?=,|\s*$|\s+(?:[a-z]|drs|mr|ir|ing|dr|prof)\."
    r"|\s+(?:de|het) (?:(?:gemeente)?secretaris|voorzitter|burgemeester|wethouder"
    r"|commissaris|dijkgraaf|directeur|griffier|loco|plaatsvervangend))",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\bwij, ((?:de|het) (?:minister|staatssecretaris)[^.]{0,300}?),? (?:mede namens|u\b|uw Kamer)"
)
_CLOSING_WORDS = re.compile(
    r"^(?:Hoogachtend|Met vriendelijke groet(?:en)?|Met (?:de )?meeste hoogachting),?\s*"
)
_ON_BEHALF = re.compile(r",?\s*\bnamens (?:deze|dezen|dit|haar|hem|hen)\b", re.IGNORECASE)
_ANSWERED = re.compile(
    r"^(?:Antwoord|Mededeling) van (?P<by>.{1,600}?)\s*\((?:ontvangen|gepubliceerd)[^\d)]*"
    r"(?P<on>\d[^)]{0,40})\)",
    re.MULTILINE,
)
_ASKED = re.compile(
    r"^Vragen van (?P<by>(?:het lid|de leden)\b.{0,400}?) aan (?P<asked>(?:de|het) .{1,400}?)"
    r" (?P<about>over .{1,600}?)\s*\(ingezonden (?P<on>[^)]+)\)",
    re.MULTILINE | re.IGNORECASE,
)
# How the Afdeling's advice and the minister's reaction to it are published, as one piece.
_ADVICE_AND_REPORT = re.compile(
    r"\bopgenomen het advies van (?P<adviser>[^.]+?) d\.d\. [^.]+? en het nader rapport d\.d\. "
    r"(?P<on>\d{1,2} \w+ \d{4}), aangeboden aan (?P<to>[^.]+?) door (?P<by>[^.]+)\."
)
_DECISION_LIST = re.compile(r"^Document:\s+(Besluitenlijst .*?\d{4})", re.MULTILINE)
_COMMITTEE = re.compile(
    r"(?:^| )Voortouwcommissie:\s+(.+?)(?= (?:Volgcommissie|Activiteit|Document)|$)", re.MULTILINE
)
_OPENING = 2000
_TITLE_OF_PIECE = re.compile(
    r"(?:[A-Z]+ )*(?:BRIEF|MOTIE|AMENDEMENT|INITIATIEFNOTA|ADVIES|VERSLAG) VAN ((?:DE|HET) .+)",
    re.DOTALL,
)
_POSTAL = r"(?:Postbus\b|\d{4} ?[A-Z]{2}\b)"
_ADDRESS_PLACE = re.compile(
    rf"\s*(?:{_POSTAL}|[A-Z][\w’' .-]*(?:straat|weg|laan|plein|gracht|kade|singel|hof|dreef) \d+)"
)
_OFFICE = re.compile(
    r"\s*(?:Aan:?\s+)?((?:(?:de|het) (?:voorzitter|leden|minister|staatssecretaris|college"
    r"|burgemeester|directeur|directie|raad|inspecteur|president|bestuur|gemeenteraad|griffier)"
    r"|burgemeester en wethouders|gedeputeerde staten|provinciale staten|gemeenteraad)\b.*)",
    re.IGNORECASE,
)
# A ministry stands above its own address too, but only in another's letter is it asked for.
_MINISTRY = re.compile(r"\s*((?:Aan )?(?:het )?ministerie van .+)", re.IGNORECASE)
_FOR_ATTENTION = re.compile(r"\s*t\.?a\.?v\.?\s", re.IGNORECASE)
# A firm signs with its name at the foot of its pages.
_FIRM = re.compile(r"[A-Z][\w&.’' -]{2,60} (?:N\.?V\.?|B\.?V\.?|LLP)")


def answered(head: Head) -> re.Match[str] | None:
    """Who answered parliamentary questions, and when: groups `by` and `on`."""
    return _ANSWERED.search(head.questions)


def asked(head: Head) -> re.Match[str] | None:
    """Who asked questions, of whom, about what, and when: groups `by`, `asked`, `about`, `on`."""
    return _ASKED.search(head.questions)


def questions_alone(head: Head) -> re.Match[str] | None:
    """As `asked`, for questions published before there was an answer: the letter of the askers."""
    is_question = (series_identifier(head) or "").lower().startswith("kv-")
    return asked(head) if is_question else None


def advice_and_report(head: Head) -> re.Match[str] | None:
    """An advice published with the nader rapport: groups `adviser`, `by`, `to` and `on`."""
    return _ADVICE_AND_REPORT.search(" ".join(head.text[:3000].split()))


def decision_list(head: Head) -> str | None:
    """What a committee's decision list calls itself: 'Besluitenlijst van de ...'."""
    found = _DECISION_LIST.search(head.text)
    return found[1] if found else None


def _without_address(text: str) -> str:
    return re.split(rf"\s+{_POSTAL}", text)[0].strip()


def addressee_of(head: Head) -> str | None:
    """Whom the letter is addressed to: an office or a label's value, never a private person."""
    if published := advice_and_report(head):
        return published["to"]
    if office := _addressed_office(head):
        return office
    if value := head.labelled("Aan", "Voor"):
        return _without_address(value)
    for text in head.letterhead:
        if match := re.match(r"(?:[Dd]e [Vv]oorzitter|[Dd]e leden)\b.*", text, re.DOTALL):
            return _without_address(match[0])
    questions = questions_alone(head)
    return questions["asked"] if questions else None


def _addressed_office(head: Head) -> str | None:
    """The office named right above a postal address in the letterhead.

    Where formats part every line of an address by a blank one, it is looked for without those.
    """
    written = [line for line in head.lines if line.strip()]
    return _office_above_address(head.lines) or _office_above_address(written)


def _office_above_address(lines: Sequence[str]) -> str | None:
    for index, line in enumerate(lines):
        below = list(takewhile(str.strip, lines[index + 1 : index + 6]))
        match = _OFFICE.fullmatch(line.rstrip())
        if match is None and below and _FOR_ATTENTION.match(below[0]):
            match = _MINISTRY.fullmatch(line.rstrip())
        if match is None:
            continue
        address = next((at for at, later in enumerate(below) if _ADDRESS_PLACE.match(later)), None)
        if address is not None:
            return " ".join([match[1], *(part.strip() for part in below[:address])])
    return None


def sender_of(head: Head) -> str | None:
    """Who the letter is from: who answered, the committee, who signed, or whom the head names."""
    if answer := answered(head):
        return answer["by"]
    if questions := questions_alone(head):
        return questions["by"]
    if published := advice_and_report(head):
        return f"{published['adviser']} en {published['by']}"
    if committee := _COMMITTEE.search(head.text[:_OPENING]):
        return committee[1].strip()
    signed = (_signed_by(head, text) for text in head.closing)
    return (
        next((by for by in signed if by), None)
        or head.labelled("Opgesteld door", "Van", "Afzender")
        or _titled_author(head)
        or _firm(head)
    )


def _signed_by(head: Head, closing: str) -> str | None:
    signature = _without_address(_CLOSING_WORDS.sub("", closing))
    principal, *agent = _ON_BEHALF.split(signature, maxsplit=1)
    if agent and principal.strip():
        return principal.strip(" ,")
    if body := _BODY.match(signature):
        return body["body"].strip()
    functions = len(_FUNCTION.findall(signature))
    # Two signatories in two columns are extracted interleaved; the letter's own introduction of
    # its writers, where there is one, has them in order.
    introduced = _SELF.search(head.text) if functions > 1 else None
    if introduced:
        return introduced[1]
    return signature if functions else None


def _titled_author(head: Head) -> str | None:
    """Whom the title of a Kamerstuk names: 'BRIEF VAN DE MINISTER VAN ...'."""
    for text in head.letterhead:
        match = NUMBER_LINE.match(text)
        if match and (found := _TITLE_OF_PIECE.match(match[2])):
            return found[1].strip()
    return None


def _firm(head: Head) -> str | None:
    """The firm whose name alone is the running foot of several pages."""
    counted = Counter(foot for foot in head.feet if _FIRM.fullmatch(foot))
    return next((name for name, count in counted.most_common(1) if count > 1), None)
