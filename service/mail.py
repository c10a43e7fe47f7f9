"""E-mails: the sentences that ask, told apart from greetings, chatter and signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.analyser import content_words, fold
from service.follow_up import leans

_GREETING_LINE = re.compile(
    r"^\s*(?:beste|geachte|hallo|hoi|dag|goede?morgen|goedemiddag|dear|hello|hi|l\.?s\.?)\b[^?]{0,60}\s*$",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^\s*(?:met (?:vriendelijke|hartelijke|beste|warme) groet\w*|mvg|groet\w*|hartelijke groet\w*"
    r"|vriendelijke groet\w*|bij voorbaat (?:hartelijk )?dank|alvast (?:hartelijk )?bedankt"
    r"|alvast (?:hartelijk )?dank|kind regards|best regards|best wishes|regards|thanks)\b",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"\b(?:vraag(?:t|en)? (?:me|mij|zich|ons|we ons)? ?(?:me |mij )?af|mijn vraag|onze vraag"
    r"|de vraag|graag (?:weten|horen|vernemen|willen weten)"
    r"|wil(?:len|de|den)? (?:ik |we |wij )?(?:graag )?weten|weet u|weten jullie|kunt u"
    r"|kun je|kunnen jullie|ben benieuwd|benieuwd|zoek(?:en|t)?|nagaan"
    r"|uitzoeken|wonder|could you|can you|like to know|question)\b",
    re.IGNORECASE,
)
# Somebody's question, told in a sentence that is none: "Zij wil weten of dat zo is."
_WANTS_TO_KNOW = re.compile(
    r"\b(?:wil(?:len|de|den)?\b(?: \w+){0,3}? (?:weten|horen|vernemen)|vroeg(?:en)?"
    r"|graag (?:hoor|verneem|weet) (?:ik|ik van u|ik nog|wij|we)|(?:hoor|verneem|weet) ik graag"
    r"|vra(?:ag|agt|gen)(?: \w+){0,2} af|(?:mijn|onze|de) vraag is|benieuwd"
    r"|nieuwsgierig|wonder(?:s|ed|ing)?|(?:like|want)s? to know|asked)\b"
    r".{0,80}?\b(?:of|wat|wie|wanneer|waar\w*|hoe\w*|welke?|naar|if|whether|what|who|when|where"
    r"|how|which|why)\b",
    re.IGNORECASE | re.DOTALL,
)
# What surrounds the matter in an e-mail: thanks, excuses, deadlines, who can be reached and when.
_CHATTER = re.compile(
    r"\b(?:dank(?:t|en|jewel)?|bedankt|moeite|excuses|sorry|vakantie|weekend|lunch|koffie|verlof"
    r"|mailbox|bereikbaar|terugbel\w*|bel|deadline|spreektijd|termijn|mijn naam is"
    r"|(?:voor|uiterlijk|op|tot) (?:maandag|dinsdag|woensdag|donderdag|vrijdag|morgen)"
    r"|vanochtend|vanmiddag|gisteren|vandaag nog|zo snel niet|kan (?:het|ik het) \w* ?nergens"
    r"|thanks|thank you|sorry|apologi\w+|deadline|holiday|call (?:me|you) back|by (?:monday|tuesday"
    r"|wednesday|thursday|friday|tomorrow)|my name is)\b"
)
# "Ik heb twee vragen:" says that questions come, not what about.
_ANNOUNCES = re.compile(
    r"\b(?:twee|drie|vier|paar|enkele|aantal|korte|volgende|two|three|four|few|some|following)\b"
    r".{0,20}\b(?:vragen|questions)\b|^\W*\d+\W*$"
)
# "Hoeveel geld is er voor het meetnet?"
_POINTS_TO_NOTHING = re.compile(r"\b(?:er|het(?= [a-zà-ÿ]{4,}))\b", re.IGNORECASE)
_AND = re.compile(
    r"^\W*(?:\d+[.)] *)?(?:(?:en|maar|ook|daarnaast|verder|tot slot|and|but|also)\b,? *)+",
    re.IGNORECASE,
)
# As pasted from a word processor.
_OTHER_SPACES = re.compile(r"(?:[^\S\n]|[\x00-\x08\x0e-\x1f\x7f\u200b\ufeff])+")
# Neither a stop within a word ("15.00 uur") nor one of a reference ("nr. 703") ends a sentence.
_SENTENCE = re.compile(
    r"(?:[^.!?\n]|\.(?=\w)|(?<=\bnr)\.|(?<=\bart)\.|(?<=\bblz)\.)+(?:[.!?]+|\n|$)", re.IGNORECASE
)
_MAIL_LENGTH = 220
# Each is a search of its own; what comes after them is asked together.
_MOST_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class _Mail:
    """The sentences of an e-mail that ask, in order, those of them that ask of themselves, and
    the rest without its chatter."""

    core: list[str]
    asking: frozenset[str]
    rest: list[str]


def _read(text: str) -> _Mail:
    lines: list[str] = []
    for line in text.splitlines():
        # "Thanks for your letter." may come first, and "Thanks, and what does it cost?" asks.
        if _SIGN_OFF.match(line) and "?" not in line and any(map(str.strip, lines)):
            break
        if not _GREETING_LINE.match(line):
            lines.append(line)
    body = "\n".join(lines)
    sentences = [match[0].strip() for match in _SENTENCE.finditer(body) if match[0].strip()]
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    wondering = [s for s in sentences if _WANTS_TO_KNOW.search(s) and not _CHATTER.search(fold(s))]
    if not asking:
        asking = wondering or [sentence for sentence in sentences if _INDIRECT.search(sentence)]
    asking = [s for s in asking if len(content_words(s)) >= 2 or _stands_alone(s)] or asking
    if not asking:
        return _Mail([" ".join(body.split())], frozenset(), [])
    wanted = {*asking, *wondering}
    core = [sentence for sentence in sentences if sentence in wanted]
    core = [sentence for sentence in core if not _CHATTER.search(fold(sentence))] or core
    in_core = frozenset(core)
    rest = [s for s in sentences if s not in in_core and not _is_chatter(s)]
    return _Mail(core, in_core.intersection(asking), rest)


def _is_chatter(sentence: str) -> bool:
    folded = fold(sentence)
    return not content_words(sentence) or any(
        pattern.search(folded) for pattern in (_CHATTER, _ANNOUNCES)
    )


def _stands_alone(sentence: str) -> bool:
    """Whether a sentence of several says by itself what it is about, but for an "and" before."""
    own = _POINTS_TO_NOTHING.sub("", _AND.sub("", sentence))
    return not leans(own, content_words(own))


def plain_spaces(text: str) -> str:
    """`text` with one kind of space, and no control characters but the ends of lines."""
    return _OTHER_SPACES.sub(" ", text)


def mail_core(text: str) -> tuple[str, str]:
    """The sentences of an e-mail that ask, and the rest of it without its chatter.

    "Kunt u mij die doorgeven?" asks nothing by itself: what someone wants to know, and is told
    before, belongs to the question as well.
    """
    mail = _read(text)
    return " ".join(mail.core), " ".join(mail.rest)


def questions_in(text: str) -> list[str]:
    """The questions that a text asks, each as a text of its own with what surrounds them all.

    One that cannot be read without the one before it ("En wie betaalt dat?") stays with it, and so
    does what is wondered before it.
    """
    groups, rest = _groups(_read(text))
    if len(groups) < 2:
        return [text]
    before = [rest] if rest else []
    return ["\n".join([*before, group]) for group in groups]


def questions_and_rest(text: str) -> tuple[list[str], str]:
    """The questions that an e-mail asks, as `questions_in` parts them, each without what surrounds
    them; and that, without its chatter."""
    return _groups(_read(text))


def stands_alone(question: str) -> bool:
    """Whether a question says by itself what it is about."""
    return _stands_alone(question)


def _groups(mail: _Mail) -> tuple[list[str], str]:
    """The sentences that ask together, and the rest."""
    groups: list[list[str]] = []
    asked: set[str] = set()
    opens = True
    for sentence in mail.core:
        if sentence in asked:
            continue
        asked.add(sentence)
        asks = sentence in mail.asking
        if not groups or (opens and _stands_alone(sentence)):
            groups.append([])
        groups[-1].append(sentence)
        opens = asks
    first, more = groups[: _MOST_QUESTIONS - 1], groups[_MOST_QUESTIONS - 1 :]
    whole = [*first, [sentence for group in more for sentence in group]] if more else first
    return [_AND.sub("", " ".join(group)) for group in whole], " ".join(mail.rest)


def is_mail(text: str) -> bool:
    """Whether a text is an e-mail rather than a question typed in a box."""
    return len(text) > _MAIL_LENGTH or "\n" in text.strip()
