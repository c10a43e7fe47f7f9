"""Follow-ups that leave out what the question before said: made whole by putting it back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.analyser import content_words, fold
from service.about_letters import field_asked
from service.definite import bare_definite
from service.follow_up import ORDINAL, ORDINALS, is_aspect
from service.instructions import addresses_machine

_LEAD = re.compile(
    r"^\W*(?:(?:nee|neen|no|sorry|pardon)\b[,.!]* +)?"
    r"(?:(?:(?:ik bedoel(?:de)?|i meant?)|en|maar|dus|of|and|but|or|so"
    r"|what about|how about|hoe (?:zit|staat|gaat) het (?:(?:dan|nu) )?met"
    r"|wat (?:is|zijn) er (?:dan )?met)\b[, ]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:,? (?:dan|ook|trouwens|eigenlijk|precies|then|too))*[ ?.!]*$", re.IGNORECASE
)
_MOST_FRAGMENT_WORDS = 8
_ARTICLE = re.compile(r"^(?:de|het|een|deze|die|dit|the|an?|this|that) ", re.IGNORECASE)
# A fragment has no verb; what opens so is one that asks by itself, or goes on otherwise.
_NO_FRAGMENT = re.compile(
    r"^(?:wat|welke?|wie|wiens|wanneer|waar\w*|waarom|hoe\w*|what|which|who\w*|when|where|why|how"
    r"|is|zijn|was|waren|wordt|worden|heeft|hebben|kan|kunnen|kun|kunt|mag|moet|doet|geldt|gaat|komt"
    r"|klopt|krijgt|krijgen|are|were|does|do|did|can|will|has|have|als|dat|daar\w*|er|if|it|nu|toen"
    r"|daarna|then|verder|more|meer)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:van|voor|over|in|uit|bij|met|aan|door|onder|op|na|tot|vanaf|naar|tegen|rond|sinds|om"
    r"|of|for|about|in|from|with|by|to|on|after|against|since|until)\b ",
    re.IGNORECASE,
)
# "En die van de beslisnota?"
_THAT_OF = re.compile(
    r"^(?:die|dat|that|those|the one) (?=(?:van|uit|in|of|from)\b)", re.IGNORECASE
)
_LETTER = (
    r"(?:brief|kamerbrief|[a-z]+brief|nota|beslisnota|kabinetsreactie|besluitenlijst|letter|note"
    r"|decision note)"
)
# A letter, with what says which one: "de brief over exposoom", "de nota van 12 september 2025".
_LETTER_PHRASE = re.compile(
    rf"\b(?:(?:de|het|deze|die|the|this|that) )?(?:(?!ander|other)[a-zà-ÿ-]+ )??{_LETTER}\b"
    r"(?: (?:over|van|uit|inzake|betreffende|about|on|of|from|dated|met kenmerk)"
    r"(?:(?! (?:over|about|on|naar|aan|to|zegt|staat|says) )[^?.!,])+)?",
    re.IGNORECASE,
)
# "Wanneer is de brief over exposoom verstuurd?": the verb is no part of what it is about.
_LAST_VERB = re.compile(r" (?:ge|ver|on|uit|af|op)\w*(?:d|t|en)$|(?<=\w) (?:sent|signed|written)$")
_FIELD = re.compile(
    r"^(?:(?:van |of )?(?:welke|which|what) |(?:de|het|the|hun|its|zijn) )?(?P<field>kenmerk"
    r"|referentie|datum|dagtekening|afzender|ondertekenaar|geadresseerde|onderwerp|kamerstuknummer"
    r"|dossiernummer|reference|date|sender|signatory|addressee|subject)$",
    re.IGNORECASE,
)
_FIELD_OF = re.compile(
    _FIELD.pattern.removesuffix("$") + rf" (?:van|of) (?P<letter>{_LETTER_PHRASE.pattern})$",
    re.IGNORECASE,
)
_PEOPLE = frozenset({"afzender", "ondertekenaar", "geadresseerde", "sender", "signatory",
                     "addressee"})
_NEUTER = frozenset({"kenmerk", "onderwerp", "kamerstuknummer", "dossiernummer"})
# What stands for a letter in a question for its date or signature: "Wie heeft hem ondertekend?"
_FOR_LETTER = re.compile(
    r"\b(?:hij|hem|die|deze|it|this|that)(?=\W*$| \w+(?:d|t|en|ed)\W*$)"
    r"|(?<=\bis )(?:hij|die|it)\b",
    re.IGNORECASE,
)
_OF_LETTER = re.compile(
    r"\b(?:datum|dagtekening|date|kenmerk|referentie|reference|onder(?:tekend\w*|werp)|getekend"
    r"|gedateerd|schreef|geschreven|verstuurd|gestuurd|verzonden|afzender|gericht|geadresseerd"
    r"|signed|wrote|written|sent|dated|addressed|sender|handtekening\w*)\b",
    re.IGNORECASE,
)
# "Wat is WGS?", "Wat staat er over PFAS?": what comes last is all that they are about.
_ASKS_WHAT_IS = re.compile(
    r"^(?P<head>.*?\b(?:wat (?:is|zijn|was|betekent|betekenen|houdt)|waar staat"
    r"|(?:wat|what) (?:staat|zegt|zeggen|staan|do|does|is).{0,60}? (?:over|about|on)"
    r"|hoe (?:zit|staat) het met|what (?:is|are|does)|(?:what|how) about)) "
    r"(?P<subject>[^?.!]{2,80}?)"
    r"(?P<tail>(?: (?:in|voor|precies|eigenlijk|stand for|mean))?[?.! ]*)$",
    re.IGNORECASE,
)
_MOST_SUBJECT_WORDS = 4
_INNER = re.compile(
    r"\b(?:van|voor|over|in|op|bij|met|door|uit|die|dat|of|for|about|on|by|with|that)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:in |voor |for )?(?:19|20)\d\d\b")
_YEAR_ALONE = re.compile(r"^(?:in|voor|for)? ?(?P<year>(?:19|20)\d\d)$", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"^\W*(?:en |and )?(?:wat is |what is |what's )?(?:dan )?(?P<what>het verschil|the difference)"
    r"(?: (?:daartussen|tussen (?:die|de|deze) twee|between (?:them|the two|those)))?[ ?.!]*$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^\W*(?:(?:kun je|kunt u|kan je|wil je|could you|can you|please|graag)\b )?"
    r"(?:(?:dat|dit|het|that|this|it|say|zeg) )*"
    r"(?:(?:nog eens|nog een keer|nogmaals|opnieuw|in het kort|iets|wat|a bit) )*"
    r"(?:korter|kort|eenvoudiger|simpeler|samenvatten|samengevat|herhalen|herhaal|shorter|simpler"
    r"|summari[sz]e|repeat|rephrase|in gewone taal)\b"
    r"(?: (?:dat|het|it|that|nog eens|nog een keer|nogmaals|zeggen|samenvatten|uitleggen|again"
    r"|please|alsjeblieft|alstublieft))*"
    r"\W*$",
    re.IGNORECASE,
)
_QUOTED_ITEM = re.compile(r"“(?P<item>[^“”]+)” ?(?:\\?\[)\d+")
_NUMBERED_ITEM = re.compile(
    r"(?:^|(?<=[\s:;,]))(?P<number>\d)\\?[.)] (?P<item>\S.*?)(?=\s\d\\?[.)] \S|\n|$)"
)
_DASHED_ITEM = re.compile(r"^\s*[-•*] (?P<item>\S.*)$", re.MULTILINE)
_LONGEST_ITEM = 300
_THE_SAME = re.compile(
    r"(?:(?:de|die|deze|the|this|that) )?(?:brief|kamerbrief|nota|letter|note)", re.IGNORECASE
)
_OTHER_LETTER = re.compile(
    r"^\W*(?:(?:en|nee|no|sorry|maar|but|and|ik bedoel(?:de)?|i meant?|wat zegt|in|what about"
    r"|what does|uit|from|staat dat ook in)\b[,. ]*)*"
    r"(?:de|die|een|the|an) ?(?:andere?|other) (?:kamerbrief|brief|nota|letter|note|one)"
    r"(?: (?:dan|daarover|erover|say|zegt))*\W*$",
    re.IGNORECASE,
)
# What an answer of a front end may hold that is no part of what it lists.
_MARKUP = re.compile(r"[<>{}\[\]`|*#\\]|://|www\.|@")


def complete(text: str, before: Sequence[str], told: str = "") -> str | None:
    """A follow-up as a question that stands alone, where the questions `before` it (oldest first,
    themselves complete) hold what it leaves out; None where nothing can be put in its place.

    "En de brief over exposoom?" after "Wie ondertekende de brief over DNA?" is "Wie ondertekende
    de brief over exposoom?"; "Wat is de derde?" takes the third thing that was `told`.
    """
    if not before or asks_for_other_letter(text):
        return None
    last = before[-1]
    return (
        _difference(text, before)
        or _of_letter(text, last)
        or _in_place(text, last)
        or _item_told(text, told)
    )


def with_choice(question: str, label: str) -> str:
    """A question that could mean several things, with the one that was chosen in their place."""
    chosen = label[:1].lower() + label[1:]
    definite = bare_definite(question)
    if definite is not None:
        return f"{question[: definite.start]}{chosen}{question[definite.end :]}"
    span = _letter_span(question)
    if span is not None and _LETTER_PHRASE.match(chosen):
        name, _, _ = chosen.partition(": ")
        return f"{question[: span[0]]}{name}{question[span[1] :]}"
    return f"{question} ({label})"


def asks_again(text: str) -> bool:
    """Whether a turn wants the last answer once more: "Kun je dat korter zeggen?"."""
    return _AGAIN.search(text) is not None


def items_in(told: str) -> list[str]:
    """The things that an answer lists: its quotations, else its numbered or dashed items. They are
    data, of whoever sent the conversation."""
    quoted = [" ".join(match["item"].split()) for match in _QUOTED_ITEM.finditer(told)]
    if len(quoted) > 1:
        return _plain(quoted)
    items: list[str] = []
    for match in _NUMBERED_ITEM.finditer(told):
        if int(match["number"]) == len(items) + 1:
            items.append(match["item"].strip(" ;,"))
    if len(items) < 2:
        items = [match["item"].strip() for match in _DASHED_ITEM.finditer(told)]
    return _plain(items) if len(items) > 1 else []


def _plain(items: Sequence[str]) -> list[str]:
    """The items; none where one holds markup or speaks to a machine: somebody else wrote those."""
    short = [item[:_LONGEST_ITEM] for item in items]
    if any(_MARKUP.search(item) or addresses_machine(item) for item in short):
        return []
    return short


def names_another_letter(text: str) -> bool:
    """Whether a follow-up says itself which letter it means: "En van de beslisnota?"."""
    match = _LETTER_PHRASE.search(text)
    return match is not None and _THE_SAME.fullmatch(match[0]) is None


def asks_for_other_letter(text: str) -> bool:
    """Whether a follow-up wants the question before asked of another letter, and no more."""
    return _OTHER_LETTER.search(text) is not None


def _fragment(text: str) -> str | None:
    """What a follow-up without a verb names: "en WES?" names "WES"."""
    lead = _LEAD.match(text)
    rest = _TAIL.sub("", text[lead.end() :] if lead else text).strip()
    bare = _PREPOSITION.sub("", rest)
    if not rest or len(rest.split()) > _MOST_FRAGMENT_WORDS:
        return None
    if _NO_FRAGMENT.match(bare) and not _FIELD.match(bare):
        return None
    return rest if lead or _PREPOSITION.match(rest) or _LETTER_PHRASE.match(rest) else None


def _letter_span(question: str) -> tuple[int, int] | None:
    """Where a question names a letter, with what says which one."""
    match = _LETTER_PHRASE.search(question)
    if match is None:
        return None
    verb = _LAST_VERB.search(match[0])
    return match.start(), match.start() + verb.start() if verb else match.end()


def _of_letter(text: str, last: str) -> str | None:
    """The same of another letter, or something else of the same letter."""
    span = _letter_span(last)
    if span is None:
        return None
    start, end = span
    letter = last[start:end].strip()
    fragment = _fragment(text)
    if fragment is not None:
        bare = _PREPOSITION.sub("", _THAT_OF.sub("", fragment))
        field = _FIELD.match(bare) or _FIELD_OF.match(bare)
        if field:
            of = field.groupdict().get("letter") or letter
            return _field_of(field["field"].lower(), of, fragment)
        other = _LETTER_PHRASE.fullmatch(bare)
        return f"{last[:start]}{bare}{last[end:]}" if other and bare != letter else None
    if not _OF_LETTER.search(text):
        return None
    whole = _FOR_LETTER.sub(lambda _: letter, text, count=1)
    whole = re.sub(r"^\W*(?:en|and|maar|but)\b,? +", "", whole, flags=re.IGNORECASE)
    return _capital(whole) if letter in whole and field_asked(whole) is not None else None


def _field_of(field: str, letter: str, fragment: str) -> str:
    english = field in ("reference", "date", "sender", "signatory", "addressee", "subject")
    if english and not re.match(r"(?:de|het)\b", fragment, re.IGNORECASE):
        return f"{'Who' if field in _PEOPLE else 'What'} is the {field} of {letter}?"
    article = "het" if field in _NEUTER else "de"
    return f"{'Wie' if field in _PEOPLE else 'Wat'} is {article} {field} van {letter}?"


def _in_place(text: str, last: str) -> str | None:
    """The question before, with the fragment in the place of what it asks about."""
    fragment = _fragment(text)
    if fragment is None:
        return None
    year = _YEAR_ALONE.match(fragment)
    if year is not None:
        found = list(_YEAR.finditer(last))
        if len(found) != 1:
            return None
        at = found[0].end() - 4
        return f"{last[:at]}{year['year']}{last[at + 4 :]}"
    if _PREPOSITION.match(fragment):
        return None
    asked = _ASKS_WHAT_IS.match(last)
    if is_aspect(fragment, content_words(fragment)):
        return None
    if asked is None or not _is_plain(asked["subject"]) or not _is_plain(fragment):
        return None
    return f"{asked['head']} {fragment}{asked['tail'].rstrip()}"


def _is_plain(phrase: str) -> bool:
    """Whether a phrase is one thing, and not an aspect of another ("het doel van de pilot")."""
    return len(content_words(phrase)) <= _MOST_SUBJECT_WORDS and not _INNER.search(phrase)


def _difference(text: str, before: Sequence[str]) -> str | None:
    match = _DIFFERENCE.match(text)
    if match is None or len(before) < 2:
        return None
    subjects = [asked["subject"] for one in before[-2:] if (asked := _ASKS_WHAT_IS.match(one))]
    if len(subjects) < 2 or fold(subjects[0]) == fold(subjects[1]):
        return None
    if match["what"].lower().startswith("the"):
        return f"What is the difference between {subjects[0]} and {subjects[1]}?"
    return f"Wat is het verschil tussen {subjects[0]} en {subjects[1]}?"


def _item_told(text: str, told: str) -> str | None:
    match = ORDINAL.search(text)
    items = items_in(told) if match else []
    if match is None or not items:
        return None
    at = int(match["number"]) if match["number"] else ORDINALS[match["ordinal"].lower()]
    if at > len(items) or at == 0:
        return None
    item = items[at - 1] if at > 0 else items[-1]
    return f"{text.rstrip(' ?.!')}: “{item.rstrip(' .')}”?"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
