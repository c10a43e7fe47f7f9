"""E-mails: the sentences that ask, told apart from greetings, chatter and signatures."""

from __future__ import annotations

import re

from index.analyser import content_words, fold

_GREETING_LINE = re.compile(
    r"^\s*(?:beste|geachte|hallo|hoi|dag|goede?morgen|goedemiddag|dear|hello|hi|l\.?s\.?)\b.{0,60}[,!.]?\s*$",
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
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_MAIL_LENGTH = 220


def mail_core(text: str) -> tuple[str, str]:
    """The sentences of an e-mail that ask, and the rest of it without its chatter.

    "Kunt u mij die doorgeven?" asks nothing by itself: what someone wants to know, and is told
    before, belongs to the question as well.
    """
    lines = []
    for line in text.splitlines():
        if _SIGN_OFF.match(line):
            break
        if not _GREETING_LINE.match(line):
            lines.append(line)
    body = "\n".join(lines)
    sentences = [match[0].strip() for match in _SENTENCE.finditer(body) if match[0].strip()]
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    wondering = [s for s in sentences if _WANTS_TO_KNOW.search(s) and not _CHATTER.search(fold(s))]
    if not asking:
        asking = wondering or [sentence for sentence in sentences if _INDIRECT.search(sentence)]
    asking = [sentence for sentence in asking if len(content_words(sentence)) >= 2] or asking
    if not asking:
        return " ".join(body.split()), ""
    core = [sentence for sentence in sentences if sentence in asking or sentence in wondering]
    core = [sentence for sentence in core if not _CHATTER.search(fold(sentence))] or core
    rest = [s for s in sentences if s not in core and not _CHATTER.search(fold(s))]
    return " ".join(core), " ".join(rest)


def is_mail(text: str) -> bool:
    """Whether a text is an e-mail rather than a question typed in a box."""
    return len(text) > _MAIL_LENGTH or "\n" in text.strip()
