"""Who a letter is from and whom it is for, in the words of its head and its closing."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ingest.address import addressed, without_address
from ingest.identifiers import series_identifier
from ingest.line_shapes import VALEDICTION, is_labelled
from ingest.offices import FUNCTION, is_function_alone, is_organisation, is_person
from ingest.references import NUMBER_LINE

if TYPE_CHECKING:
    from ingest.head import Head

# A body that decides as one: who signs for it is not the sender.
_BODY = re.compile(
    r"(?:namens )?(?P<body>(?:het )?(?:college|(?:dagelijks |algemeen )?bestuur)(?: van [^,]+?)?"
    r"|(?:burgemeester en wethouders|gedeputeerde staten|provinciale staten)(?: van [^,]+?)?)"
    r"(?=,|\s*$|\s+(?:[a-z]|drs|mr|ir|ing|dr|prof)\."
    r"|\s+(?:de|het) (?:(?:gemeente)?secretaris|voorzitter|burgemeester|wethouder"
    r"|commissaris|dijkgraaf|directeur|griffier|loco|plaatsvervangend))",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\bwij, ((?:de|het) (?:minister|staatssecretaris)[^.]{0,300}?),? (?:mede namens|u\b|uw Kamer)"
)
_CLOSING_WORDS = re.compile(rf"^{VALEDICTION},?\s*")
_ON_BEHALF = re.compile(r",?\s*\b(?:namens|voor) (?:deze|dezen|dit|haar|hem|hen)\b", re.IGNORECASE)
_IN_THE_NAME_OF = re.compile(r"^namens\s+", re.IGNORECASE)
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
_OPENING, _FIRST_BLOCKS = 2000, 25
_TITLE_OF_PIECE = re.compile(
    r"(?:[A-Z]+ )*(?:BRIEF|MOTIE|AMENDEMENT|INITIATIEFNOTA|ADVIES|VERSLAG) VAN ((?:DE|HET) .+)",
    re.DOTALL,
)
# Who is addressed where no address follows.
_ADDRESSED = re.compile(r"(?:[Dd]e [Vv]oorzitter|[Dd]e leden|Provinciale [Ss]taten)\b")
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


def addressee_of(head: Head) -> str | None:
    """Whom the letter is addressed to: an office or a label's value, never a private person."""
    if published := advice_and_report(head):
        return published["to"]
    if found := addressed(head):
        return found
    value = head.labelled("Aan", "Voor")
    if value and not is_person(value):
        return without_address(value)
    for text in head.letterhead:
        if _ADDRESSED.match(text):
            return without_address(head.whole(_first_line(head, text)))
    questions = questions_alone(head)
    return questions["asked"] if questions else None


def _first_line(head: Head, text: str) -> str:
    """The raw line with which a block of the letterhead begins, or all of the block."""
    lines = (line.strip() for line in head.lines)
    return next((line for line in lines if line and text.startswith(line.rstrip("-"))), text)


def sender_of(head: Head) -> str | None:
    """Who the letter is from: who answered, the committee, who signed, or whom the head names."""
    if answer := answered(head):
        return answer["by"]
    if questions := questions_alone(head):
        return questions["by"]
    if published := advice_and_report(head):
        return f"{published['adviser']} en {published['by']}"
    committee = _COMMITTEE.search(head.text[:_OPENING]) if decision_list(head) else None
    if committee:
        return committee[1].strip()
    signed = (_signed_by(head, text) for text in head.closing)
    return (
        next((by for by in signed if by), None)
        or head.labelled("Opgesteld door", "Van", "Afzender")
        or _titled_author(head)
        or _firm(head)
    )


def _signed_by(head: Head, closing: str) -> str | None:
    signature = without_address(_CLOSING_WORDS.sub("", closing)).rstrip(" ,")
    principal, *agent = _ON_BEHALF.split(signature, maxsplit=1)
    if agent and principal.strip():
        return principal.strip(" ,")
    if body := _BODY.match(signature):
        return body["body"].strip()
    signature = _IN_THE_NAME_OF.sub("", signature)
    functions = len(FUNCTION.findall(signature))
    # Two signatories in two columns are extracted interleaved; the letter's own introduction of
    # its writers, where there is one, has them in order.
    introduced = _SELF.search(head.text) if functions > 1 else None
    if introduced:
        return introduced[1]
    if is_function_alone(signature) and (organisation := _own_name(head)):
        return f"{organisation}, {signature}"
    return signature if functions else None


def _own_name(head: Head) -> str | None:
    """The organisation that a letterhead names besides the addressee, where there is one."""
    addressee = addressee_of(head)
    if addressee is None:
        return None
    blocks = (text for text in head.letterhead[:_FIRST_BLOCKS] if not is_labelled(text))
    firsts = (_first_line(head, text) for text in blocks)
    names = (line for line in firsts if is_organisation(line) and not re.search(r"\d", line))
    return next((name for name in names if name not in addressee), None)


def _titled_author(head: Head) -> str | None:
    """Whom the title of a Kamerstuk names: 'BRIEF VAN DE MINISTER VAN ...'."""
    for text in head.letterhead:
        match = NUMBER_LINE.match(text)
        if match and (found := _TITLE_OF_PIECE.match(match["title"])):
            return found[1].strip()
    return None


def _firm(head: Head) -> str | None:
    """The firm whose name alone is the running foot of several pages."""
    counted = Counter(foot for foot in head.feet if _FIRM.fullmatch(foot))
    return next((name for name, count in counted.most_common(1) if count > 1), None)
