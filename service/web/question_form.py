"""The question form as it is shown: what was typed and chosen, and what is wrong with it"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.letter import Kind
from service.contract import Turn
from service.web.fields import DAYS, MODEL_WRITES, Fields, turns_of
from service.web.letter_choices import LetterChoices, LetterShelf
from service.web.messages import Messages
from service.wording import day

_LONGEST_VALUE = 500
BY_ADDRESS = ("kenmerk", "kamerstuk")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is chosen: its field with its value, and what it is called."""

    field: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form for the templates; `faults` say per field what is wrong, `choices` is None where
    there is no index. `kept` are filters that the form has no field for."""

    typed: str
    chips: Sequence[Chip]
    letters: frozenset[str]
    kinds: frozenset[str]
    days: Mapping[str, str]
    kept: Sequence[tuple[str, str]]
    words: str
    searching: bool
    choices: LetterChoices | None
    faults: Mapping[str, str]
    earlier: Sequence[Turn]
    turns: Sequence[str]
    model_writes: bool


def form_of(
    fields: Fields, shelf: LetterShelf | None, t: Messages, faults: Mapping[str, str],
    turns: Sequence[str] | None = None,
) -> Form:
    """The form with these fields filled in, without letters to choose from where there is no
    `shelf`; `turns` is the conversation that its next question follows, which is the one that it
    came with unless an answer was added.

    Raises:
        IndexUnusable: there is no index to choose letters from.
    """
    letters = dict.fromkeys(value for value in fields.getlist("brief") if value)
    names = shelf.named(letters) if shelf else {}
    chosen = frozenset(names)
    unknown = {"brief": "unknown_letter"} if shelf and len(chosen) < len(letters) else {}
    earlier = turns_of(fields)
    words = fields.get("zoek", "")[:_LONGEST_VALUE]
    return Form(
        typed="" if faults.get("vraag") == "too_long" else fields.get("vraag", ""),
        chips=[*_letter_chips(letters, names, t), *_other_chips(fields, t)],
        letters=chosen,
        kinds=frozenset(value for value in fields.getlist("soort") if value in list(Kind)),
        days={field: fields.get(field, "")[:_LONGEST_VALUE] for field in DAYS},
        kept=[
            *((name, one) for name in BY_ADDRESS for one in fields.getlist(name) if one),
            # Sent again until it is taken away: the chip would say what is not searched by.
            *(("brief", one) for one in letters if one not in chosen),
        ],
        words=words,
        searching="zoeken" in fields,
        choices=shelf.choices(words, chosen) if shelf else None,
        faults={**faults, **unknown},
        earlier=earlier,
        turns=[turn.model_dump_json() for turn in earlier] if turns is None else turns,
        model_writes=fields.get("wijze", MODEL_WRITES) == MODEL_WRITES,
    )


def _letter_chips(
    letters: Iterable[str], names: Mapping[str, str], t: Messages
) -> list[Chip]:
    return [
        Chip("brief", one, names.get(one) or t("ask.chip_unknown_letter")) for one in letters
    ]


def _other_chips(fields: Fields, t: Messages) -> list[Chip]:
    chips = [
        Chip("soort", value, t(f"common.kind_{value}"))
        for value in dict.fromkeys(fields.getlist("soort")) if value in list(Kind)
    ]
    for name in BY_ADDRESS:
        values = dict.fromkeys(value for value in fields.getlist(name) if value)
        chips += [Chip(name, one, t(f"ask.chip_{name}", value=one)) for one in values]
    for name in DAYS:
        value = fields.get(name, "")
        if spelled := _spelled(value, t):
            chips.append(Chip(name, value, t(f"ask.chip_{name}", day=spelled)))
    return chips


def _spelled(value: str, t: Messages) -> str | None:
    try:
        return day(date.fromisoformat(value).isoformat(), t.language)
    except ValueError:
        return None
