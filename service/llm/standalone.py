"""The stand-alone question by the language model: one of words that were said, or none"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from index.analyser import content_words, fold, stem
from ingest.sentences import sentence_spans
from prompts import as_data, prompt
from service.conversation import Turn, asked_before, cut, told_last
from service.elided import complete
from service.follow_up import may_lean
from service.instructions import addresses_machine
from service.language import Language, language_of
from service.listener import Listener
from service.llm.client import LanguageModel, ModelFailed
from service.personal_data import masked
from service.question import Asks, asks_of
from service.rewritten import Rewritten

_TURNS_GIVEN, _TURN_GIVEN, _QUESTION_GIVEN = 6, 600, 600
_LONGEST = 300
_MAX_TOKENS = 160
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_IN_QUOTES = re.compile(r"\A[\"“”„'‘’](?P<inner>.*)[\"“”'‘’]\Z", re.DOTALL)
# What no question needs, and a chat front end or a browser may act upon.
_MARKUP = re.compile(r"[<>{}\[\]`|*#\\^~@=_]|://|www\.")
_ASKING_WORD = re.compile(
    r"\b(?:wat|welke?|wie|wiens|wanneer|waarom|waar|hoeveel|hoe|what|which|who|whose|when|where|why"
    r"|how)\b"
)
_NEGATION = re.compile(
    r"\b(?:niet|geen|nooit|noch|zonder|nergens|niemand|niets|not|no|never|without|nobody|nothing)\b"
    r"|n[’']t\b"
)
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
# A second clause that asks: "… en wat is dat", "… , of is het al klaar".
_ASKS_MORE = re.compile(
    r"(?:\b(?:en|of|maar|want|dus|and|or|but|so)|[,–—-])\W+"
    r"(?:(?:van|voor|met|door|in|op|aan|tot|of|for|by|with|to) )?"
    r"(?:wat|welke?|wie|wiens|wanneer|waarom|waar|hoeveel|hoe|what|which|who|whose|when|where|why"
    r"|how|is|zijn|was|waren|wordt|worden|werd|heeft|hebben|kan|kunnen|mag|moet|moeten|zal|gaat"
    r"|komt|krijgt|doet|zeg|noem|geef|are|were|does|do|did|can|will|has|have|say|tell)\b"
)
# What parts sentences within one line; a stop within a word ("2.0", "i.v.m.") does not.
_PARTS_SENTENCES = re.compile(r"[.!…;:]+(?=\s|\W*\Z)")
# A sentence that begins in the middle: "… en Er komen geen pilots".
_SENTENCE_START = re.compile(
    r"(?<!\A)\b(?:De|Het|Een|Er|Dit|Dat|Deze|Die|Ik|Hij|Zij|Ze|Wij|We|Je|U|Men|In|Op|Voor|Volgens"
    r"|Antwoord|Negeer|Zeg|The|A|An|There|This|It|They|We|You|I)\b"
)
_SHORTEST_SENTENCE = 4
# What an asker says around the question: it may go.
_COURTESY = frozenset(
    stem(word)
    for word in """dank bedankt dankjewel hallo hoi dag goedemorgen goedemiddag ok oke prima fijn
    graag trouwens nog vraag vraagje bedoel bedoelde bedoelt zeg zeggen vertel vertellen geef kun
    kunt uitleggen leg please thanks thank hello tell mean meant dan sorry eens even gewoon
    """.split()
)


# What points into the conversation, and is replaced by what stands there.
_POINTING = frozenset(
    stem(word)
    for word in """eerste tweede derde vierde vijfde laatste andere ander eerstgenoemde
    laatstgenoemde first second third fourth fifth last other latter former""".split()
)


def standalone_by_model(
    question: str, history: Sequence[Turn], model: LanguageModel, listener: Listener
) -> Rewritten | None:
    """The question as the model makes it stand alone; None where the model is not asked, because
    nothing was said before, the question plainly stands alone, or what it leaves out is put back
    by rule.

    What the model writes is taken only if code finds that it is one question in the same language,
    made of words of the question and of the turns before it, that asks for the same with the same
    numbers and negation: a model that obeys what somebody wrote in the conversation can choose
    which question about the letters is asked, and nothing more.

    Raises:
        HungUp: nobody waits for the answer any more.
    """
    turns = cut(history, max_turns=_TURNS_GIVEN)
    text = " ".join(question.split())
    if not turns or len(text) > _QUESTION_GIVEN or not may_lean(text, content_words(text)):
        return None
    if complete(text, asked_before(turns), told_last(turns)) is not None:
        return None
    text = masked(text)
    given = [{"role": turn.role, "content": masked(turn.content)[:_TURN_GIVEN]} for turn in turns]
    asked = prompt("standalone-1", history=as_data(given), question=as_data(text))
    try:
        said = model.complete(asked.messages, max_tokens=_MAX_TOKENS, listener=listener)
    except ModelFailed as error:
        return Rewritten(None, f"the model did not answer ({error.code})", asked)
    rewritten = _plain(said)
    problem = problem_with(rewritten, text, [turn["content"] for turn in given], turns)
    is_new = problem is None and fold(rewritten) != fold(text)
    return Rewritten(rewritten if is_new else None, problem, asked)


def problem_with(
    rewritten: str, question: str, said: Sequence[str], turns: Sequence[Turn]
) -> str | None:
    """Why a stand-alone question is not taken, or None: `said` are the words of the `turns` that
    the model was given."""
    if (problem := _form(rewritten)) is not None:
        return problem
    earlier = [turn.content for turn in turns if turn.role == "user"]
    if language_of(rewritten) != _language(question, earlier):
        return "it is in another language"
    told = [turn.content for turn in turns if turn.role == "assistant"]
    return (
        _one_clause(rewritten, question, [*earlier, *told], told)
        or _words(rewritten, question, said)
        or _same_question(rewritten, question, earlier)
    )


def _plain(said: str) -> str:
    """What a model wrote without its thoughts and the quotation marks around it."""
    text = _THOUGHTS.sub("", said).strip()
    quoted = _IN_QUOTES.match(text)
    return quoted["inner"].strip() if quoted else text


def _form(rewritten: str) -> str | None:
    if not rewritten:
        return "it is empty"
    if len(rewritten) > _LONGEST:
        return "it is too long"
    if any(unicodedata.category(character)[0] == "C" for character in rewritten):
        return "it is more than one line"
    is_one = rewritten.count("?") == 1 and len(sentence_spans(rewritten)) == 1
    if not is_one or not rewritten.endswith("?"):
        return "it is not one question"
    if _MARKUP.search(rewritten):
        return "it holds markup or an address"
    if addresses_machine(rewritten):
        return "it speaks to a machine"
    return None


def _one_clause(
    rewritten: str, question: str, said: Sequence[str], told: Sequence[str]
) -> str | None:
    """What it holds besides one clause that asks, as the question does: another that asks, or a
    whole sentence of those that were `told`."""
    own, new = fold(question), fold(rewritten)
    if len(_ASKS_MORE.findall(new)) > len(_ASKS_MORE.findall(own)):
        return "it asks more than one thing"
    if len(_PARTS_SENTENCES.findall(rewritten)) > len(_PARTS_SENTENCES.findall(question)):
        return "it is more than one sentence"
    known = " ".join([question, *said])
    for match in _SENTENCE_START.finditer(rewritten):
        # "De Wit" is a name; a sentence's first word begins many a sentence of what was said.
        following = rewritten[match.end() :].split(maxsplit=1)
        name = f"{match[0]} {following[0]}" if following else match[0]
        is_name = name in known and following and following[0][:1].isupper()
        if not is_name:
            return "there is a sentence in it"
    words = f" {_as_words(rewritten)} "
    for text in told:
        for start, end in sentence_spans(text):
            sentence = _as_words(text[start:end])
            if len(sentence.split()) >= _SHORTEST_SENTENCE and f" {sentence} " in words:
                return "there is a sentence of an answer in it"
    return None


def _as_words(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _language(question: str, earlier: Sequence[str]) -> Language:
    """The language of a question; where it has too few words to tell, that of the one before."""
    before = next(iter(reversed(earlier)), "")
    return language_of(question, lambda _: language_of(before) == "en")


def _words(rewritten: str, question: str, said: Sequence[str]) -> str | None:
    """The words that nobody said, or that the question had and this has not."""
    own = {stem(word) for word in content_words(question)}
    known = own.union(stem(word) for text in said for word in content_words(text))
    used = {stem(word) for word in content_words(rewritten)}
    if not used:
        return "it has no words that say anything"
    if new := used - known:
        return f"nobody said {', '.join(sorted(new))}"
    if lost := own - used - _COURTESY - _POINTING:
        return f"it lacks {', '.join(sorted(lost))}"
    return None


def _same_question(
    rewritten: str, question: str, earlier: Sequence[str]
) -> str | None:
    """What it asks that the question does not."""
    own, new = fold(question), fold(rewritten)
    before = fold(" ".join(earlier))
    asking = set(_ASKING_WORD.findall(own))
    if not asking.issubset(_ASKING_WORD.findall(new)):
        return "it asks in other words"
    if not asking and not set(_ASKING_WORD.findall(new)).issubset(_ASKING_WORD.findall(before)):
        return "it asks in other words"
    if asking and asks_of(question) not in (asks_of(rewritten), Asks.ANYTHING):
        return "it asks for something else"
    if not set(_DIGITS.findall(own)).issubset(_DIGITS.findall(new)):
        return "it lacks a number"
    if _NEGATION.search(own) and not _NEGATION.search(new):
        return "it lacks the negation"
    if _NEGATION.search(new) and not _NEGATION.search(f"{own} {before}"):
        return "it adds a negation"
    return None
