"""The questions that a ticket asks: cleaned, parted, each standing alone, and masked"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.analyser import content_words, fold
from ingest.sentences import sentence_spans
from service.contract import MAX_QUESTION_BYTES
from service.helpdesk.adapter import Ticket
from service.helpdesk.sender import Said, names_in_heading, said_in
from service.helpdesk.ticket_text import parted, plain_text
from service.mail import questions_and_rest, stands_alone
from service.personal_data import masked
from service.personal_names import names_introduced, names_titled

MOST_QUESTIONS = 5
# How many messages below the first one are looked through for what was forwarded.
_DEEPEST_THREAD = 5
_MESSAGE_READ = 32_000
_SUBJECT_READ = 1_000
_CONTEXT = 400

_MARKS = re.compile(
    r"^\s*(?:(?:re|fw|fwd|wg|antw|aw|doorst|dstr|betr?|betreft|ext|extern|external|spam)"
    r"\s*(?:\[\d+\])?\s*:"
    r"|\[[^\]\n]{1,40}\]|(?:mijn |een )?(?:vraag|vraagje|question|onderwerp|subject)\s*:)\s*",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*(?:\S{1,10}:\s*)?(?:fw|fwd|wg|doorst|dstr)\s*:", re.IGNORECASE)
_REPLY = re.compile(r"^\s*(?:re|antw|aw)\s*:", re.IGNORECASE)
_FORWARD_HEADING = re.compile(r"doorgestuurd|forwarded", re.IGNORECASE)
_BELOW = re.compile(
    r"\b(?:onderstaand\w*|hieronder|hierbeneden|bijgaand\w*|doorgestuurd\w*|ter afhandeling"
    r"|ter beantwoording|below|forwarded|attached question)\b",
    re.IGNORECASE,
)
_SEE_SUBJECT = re.compile(
    r"^\W*(?:(?:zie|cf\.?|see|s\.?v\.?p\.?)\b.{0,30})?"
    r"\b(?:onderwerp\w*|titel|subject|betreft)\b.{0,25}$",
    re.IGNORECASE | re.DOTALL,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\W*(?:automatische? (?:antwoord|beantwoording|bericht)|auto(?:matic)?[- ]?reply"
    r"|out of (?:the )?office|afwezig\w*|niet aanwezig|undeliver\w*|onbestelbaar\w*|niet bezorgd"
    r"|mail delivery|delivery (?:status|failure)|returned mail|failure notice|gelezen:|read:"
    r"|niet gelezen:|leesbevestiging|ontvangstbevestiging|geaccepteerd:|accepted:|geweigerd:"
    r"|declined:|uitnodiging:|invitation:|geannuleerd:|cancell?ed:|voorlopig:|tentative:)",
    re.IGNORECASE,
)
_AUTOMATIC_BODY = re.compile(
    r"\bik ben (?:[\w-]+ ){0,8}(?:afwezig|niet aanwezig|met verlof|op vakantie|niet bereikbaar)\b"
    r"|\b(?:i am|i'm) (?:\w+ ){0,3}(?:out of (?:the )?office|on leave|on holiday)\b"
    r"|\bdelivery (?:has failed|to the following)|could not be delivered|mailer-daemon"
    r"|\b(?:automatisch gegenereerd|automatically generated|created automatically|do not reply"
    r"|niet te beantwoorden)\b",
    re.IGNORECASE,
)
_ASKING_WORD = (
    r"(?:wat|welke?|wie|wiens|wanneer|waar\w*|hoe\w*|in welk\w*|op welk\w*|voor wie|klopt|what"
    r"|which|who|whose|when|where|why|how)"
)
# A question that begins as one, without its mark.
_BARE = re.compile(
    rf"^\W*(?:(?:hoi|hallo|dag|hi|hey|en|maar|vraag:?|vraagje:?) )?{_ASKING_WORD}\b(?!:)",
    re.IGNORECASE,
)
_WANTS = re.compile(
    rf"\b(?:(?:graag|willen|wil|wilde|zou\w*)\b.{{0,40}}\b(?:weten|horen|vernemen|hoor|verneem)"
    rf"|(?:vraag|vroeg|vraagt|vragen)\b.{{0,15}}\baf\b|benieuwd|nieuwsgierig|like to know|wonder\w*"
    rf"|(?:vraag|vragen) is|question is|want to know)\b.{{0,80}}"
    rf"\b(?:of|naar|over|if|whether|about|{_ASKING_WORD})\b"
    rf"|\b(?:vroeg(?:en)?|vraagt|vragen|asked|asks)\b.{{0,40}}\b(?:of|if|whether|{_ASKING_WORD})\b"
    r"|\bverzoek(?:t|en)?\b.{0,20}\bom\b.{0,60}\bover\b"
    r"|\b(?:ben|zijn) (?:\w+ )?op zoek naar\b|\bik zoek\b|\b(?:looking|searching) for\b"
    r"|^\W*(?:geef|vertel|stuur|leg|noem|beschrijf|zoek|graag|please (?:tell|explain|send|list))\b"
    r".{0,60}\b(?:over|van|uit|naar|about|of|on|regarding|overzicht|informatie|information|toelichting"
    r"|uitleg)\b",
    re.IGNORECASE | re.DOTALL,
)
# What asks somebody to do something: no letter answers it.
_TO_DO = re.compile(
    r"\b(?:kunt|kun|kan|kunnen|wilt|wil|willen|zou(?:den)?|can|could|would|will)"
    r" (?:u|je|jij|jullie|er|iemand|you|someone|anyone|we)\b",
    re.IGNORECASE,
)
_TO_TELL = re.compile(
    r"\b(?:uitleggen|vertellen|zeggen|aangeven|weten|toelichten|nagaan|opzoeken|uitzoeken"
    r"|informeren|bevestigen|duiden|laten zien|beantwoorden|verduidelijken|geven|sturen|toesturen"
    r"|delen|noemen|vinden|doorgeven|verwijzen|meedelen|schetsen|wijzen|tell|explain|say|confirm|clarify"
    r"|describe|send|provide|give|point|find|share|check|list|krijgen|verklaren)\b",
    re.IGNORECASE,
)
_OWN_AFFAIRS = re.compile(
    r"\b(?:mijn|m'n|my|ons|onze|our|deze|dit|het|de) (?:\w+ )?(?:ticket|melding|account"
    r"|(?:web)?site|link"
    r"|wachtwoord|laptop|computer|pc|scherm|printer|muis|toetsenbord|telefoontoestel|password"
    r"|mailbox|inlog\w*|toegangspas|pasje|wifi|vpn|login)\b"
    r"|\b(?:inloggen|wachtwoord resetten|foutmelding|log ?in|reset\w*|terugbel\w*|opstarten"
    r"|bijgevoegd)\b|\b(?:schikt|past) het\b|\b(?:even|kort) (?:te )?bellen\b|\bafspraak\b"
    r"|\blangskomen\b|\bkomen kijken\b|\bophalen\b|\bafspreken\b|\bgelezen op\b",
    re.IGNORECASE,
)
_ABOUT_DEVICES = re.compile(
    r"\b(?:laptop|printer|computer|wachtwoord|account|inlog\w*|password|foutmelding|wifi|vpn|scherm"
    r"|toetsenbord|outlook|mailbox|internet|storing)\b",
    re.IGNORECASE,
)
_INVITES = re.compile(
    r"\b(?:heeft|hebt|heb|do|have) (?:u|je|jullie|you)\b.{0,40}\b(?:vra(?:ag|gen)|questions?)\W*$"
    r"|\b(?:reageren|reactie geven|antwoorden|respond)\W*$|\b(?:vandaag|morgen) (?:\w+ )*voor \d",
    re.IGNORECASE,
)
_ANY_SUBJECT = frozenset(
    """vraag vragen vraagje question questions spoed urgent verzoek informatieverzoek info
    informatie hallo hulp help mail bericht reactie antwoord ticket melding contactformulier
    formulier contact twee drie veel korte via website zorgen klacht kamerbrief nota
    notaoverleg""".split()
)
_FIRST_PERSON = re.compile(
    r"\b(?:ik|mijn|wij|we|ons|onze|mij|me|i|my|our|us)\b"
    r"|\[(?:naam|BSN|adres|e-mail|telefoonnummer|IBAN)\]",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"^\s*(?:[-*•·–]|\(?\d{1,2}[.)]|\(?[a-h]\))\s+"
    r"|^\s*(?:uw |je |mijn )?(?:bericht|vraag|toelichting|omschrijving|message|question)\s?:\s*",
    re.IGNORECASE,
)
# What asks about what was asked before it.
_POINTS_BACK = re.compile(
    r"\b(?:deze|dat|die|dit|hij|zij|ze|daar\w*|hier\w*|hun|er(?:van|voor|mee|in|op|bij|aan|over|uit"
    r"|door)|it|that|this|they|them)\b|\bhet\W*$",
    re.IGNORECASE,
)
_UNKEPT = re.compile(r"^[^\w\[(\"“‘'’]+|\s+$")


def questions_of(ticket: Ticket) -> list[str]:
    """What a ticket asks, at most `MOST_QUESTIONS`: each a text of its own that fits the contract.

    Greeting, signature, disclaimer and quoted thread are gone; a message that was forwarded is the
    question where nothing is asked above it; a subject is where the message asks nothing, or leans
    on it. Personal data is masked. Empty where nothing is asked: thanks, an absence, a printer that
    fails. Whether letters are about it is not decided here.
    """
    subject = " ".join(ticket.subject[:_SUBJECT_READ].split())
    body = plain_text(ticket.body, ticket.is_html)[:_MESSAGE_READ]
    if _AUTOMATIC_SUBJECT.search(_MARKS.sub("", subject)) or _AUTOMATIC_BODY.search(body):
        return []
    messages, names = _messages(body, _may_be_forwarded(subject))
    introduced = [*names_introduced(body), *names_titled(subject)]
    known = tuple(dict.fromkeys([*ticket.names, *names, *introduced]))
    topic = masked(_topic(subject), known)
    found = [_asked(masked(message.text, known), topic) for message in messages]
    if asked := next(filter(_is_clear, found), None) or next(filter(None, found), None):
        most = [*asked[: MOST_QUESTIONS - 1], "\n".join(asked[MOST_QUESTIONS - 1 :])]
        return [_fitting(masked(one, known)) for one in most if one]
    said = masked(messages[0].text, known)
    return [_fitting(topic)] if _subject_asks(subject, topic, said) else []


def _is_clear(asked: Sequence[str]) -> bool:
    """Whether one of these can be read alone: "Weet jij dit?" asks what is asked below it."""
    return any(stands_alone(one) for one in asked)


def _may_be_forwarded(subject: str) -> bool:
    return _FORWARDED.match(subject) is not None


def _messages(body: str, is_forwarded: bool) -> tuple[list[Said], list[str]]:
    """What the message on top says, and those that it passes on; and the names around them."""
    first = parted(body)
    said = said_in(first.text)
    messages, names = [said], [*said.names, *names_in_heading(first.heading)]
    passes_on = (
        is_forwarded
        or _FORWARD_HEADING.search(first.heading) is not None
        or _BELOW.search(said.text) is not None
    )
    below, depth = first.below, 0
    while below.strip() and depth < _DEEPEST_THREAD:
        message = parted(below)
        said = said_in(message.text)
        names += [*said.names, *names_in_heading(message.heading)]
        if passes_on:
            messages.append(said)
        below, depth = message.below, depth + 1
    return messages, names


def _topic(subject: str) -> str:
    """A subject without its marks ("RE:", "FW:", "Vraag:")."""
    before = ""
    while before != subject:
        before, subject = subject, _MARKS.sub("", subject)
    return subject.strip()


def _subject_asks(subject: str, topic: str, said: str) -> bool:
    is_question = topic.endswith("?") or _BARE.match(topic) is not None
    if not is_question or not _is_for_letters(topic, False):
        return False
    is_pointed_to = not content_words(said) or _SEE_SUBJECT.match(said) is not None
    points = re.search(r"\b(?:onderwerp\w*|titel|subject)\b", said, re.IGNORECASE) is not None
    return is_pointed_to or points or not _REPLY.match(subject)


def _asked(said: str, topic: str) -> list[str]:
    """The questions in what a message says, each with what it leans on."""
    is_of_devices = _ABOUT_DEVICES.search(said) is not None
    kept = [_ITEM.sub("", line) for line in said.split("\n") if line.strip()]
    text = "\n".join(filter(None, (_without_own_affairs(line, is_of_devices) for line in kept)))
    if not _asks(text):
        return []
    questions, rest = questions_and_rest(text)
    # "Hoeveel pilots zijn er?" asks little, and all the same it asks.
    told = _sentences(rest)
    short = [one for one in told if _BARE.match(one)]
    parted = _in_order([one for one in questions if _asks(one)], short, text)
    parted = [one for one in parted if not _BELOW.search(one)] or parted
    context = _context([one for one in told if one not in short], topic)
    return [one if stands_alone(one) or not context else f"{context}\n{one}" for one in parted]


def _in_order(questions: Sequence[str], short: Sequence[str], text: str) -> list[str]:
    """The `questions` and the `short` ones as they stand in `text`; a short one that points back
    stays with what is asked before it."""
    placed = sorted(
        [*((one, False) for one in questions), *((one, True) for one in short)],
        key=lambda one: text.find(one[0][-40:]),
    )
    parted: list[str] = []
    for question, is_short in placed:
        says_little = not content_words(question)
        if parted and is_short and (says_little or _POINTS_BACK.search(question)):
            parted[-1] = f"{parted[-1]} {question}"
        elif not (is_short and says_little):
            parted.append(question)
    return parted


def _without_own_affairs(line: str, is_of_devices: bool) -> str:
    """A line without the sentences that ask for something to be done."""
    return " ".join(
        one for one in dict.fromkeys(_sentences(line))
        if not _asks(one) or _is_for_letters(one, is_of_devices)
    )


def _sentences(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentence_spans(text)]


def _asks(text: str) -> bool:
    return "?" in text or _BARE.match(text) is not None or _WANTS.search(text) is not None


def _is_for_letters(sentence: str, is_of_devices: bool) -> bool:
    """Whether a sentence that asks, asks for what can be told; `is_of_devices`: what surrounds it
    is about somebody's computer."""
    if _INVITES.search(sentence) or _OWN_AFFAIRS.search(sentence):
        return False
    if _TO_DO.search(sentence) and not _TO_TELL.search(sentence) and not _WANTS.search(sentence):
        return False
    return stands_alone(sentence) or not is_of_devices


def _context(rest: Sequence[str], topic: str) -> str:
    """What questions that do not stand alone are about: the subject, and what was told beside."""
    words = [word for word in content_words(topic) if fold(word) not in _ANY_SUBJECT]
    told = [one for one in rest if not _FIRST_PERSON.search(one)]
    kept = [topic] if words else []
    for sentence in told or rest:
        if len(" ".join([*kept, sentence])) > _CONTEXT:
            break
        kept.append(sentence)
    return "\n".join(kept)


def _fitting(text: str) -> str:
    """`text` within what a question may hold, shortened at the end of a sentence."""
    text = _UNKEPT.sub("", text)
    if len(text.encode()) <= MAX_QUESTION_BYTES:
        return text
    cut = text.encode()[:MAX_QUESTION_BYTES].decode(errors="ignore")
    ends = [end for _, end in sentence_spans(cut)][:-1]
    return _UNKEPT.sub("", cut[: ends[-1]] if ends else cut.rsplit(maxsplit=1)[0])
