"""The fields of the question form, and the address of a question: from and to `AskRequest`

| field | |
|---|---|
| `vraag` | the question |
| `brief`, `soort`, `kenmerk`, `kamerstuk` | filters, each any number of times |
| `van`, `tot` | the first and the last day, YYYY-MM-DD |
| `wijze` | `citaten` for quotations alone, `tekst` for prose of the language model |
| `eerder` | a turn of the conversation before, as JSON, oldest first |
| `zonder` | a filter that is taken away, as `field:value` (`alles` for all), without asking |
| `zoek`, `zoeken` | words to find letters by for the filter; `zoeken` finds them without asking |
| `los` | set by a form that asks one question of its own, with filters of its own |
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request

from service.contract import QUESTION_TOO_LONG, AskRequest, Filters, Turn
from service.conversation import Turn as HeardTurn
from service.conversation import cut

Fields = ImmutableMultiDict[str, str]
_FORM = "application/x-www-form-urlencoded"
LISTS = {"brief": "letter_id", "soort": "kind", "kenmerk": "kenmerk", "kamerstuk": "kamerstuk"}
DAYS = {"van": "date_from", "tot": "date_to"}
MODEL_WRITES = "tekst"
EVERY_FILTER = "alles"
# The texts that say what is wrong with a field are `ask.error_…` of these names.
FAULTS = {
    QUESTION_TOO_LONG: "too_long", "question_blank": "blank", "date_malformed": "date",
    "dates_reversed": "dates_reversed",
}
_FIELD_OF = {name: field for field, name in {**LISTS, **DAYS}.items()}


async def sent_fields(request: Request) -> Fields:
    """The fields of a form that was sent as browsers send ours; of another kind there are none.

    A multipart form names its own character encoding, of which Python has some that take seconds
    for what a body may hold, or that give characters which are none.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return Fields([])
    async with request.form() as form:
        return Fields(
            [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        )


def question_of(fields: Fields) -> AskRequest:
    """What the form asks.

    Raises:
        ValidationError: a field cannot be what it is.
    """
    filters: dict[str, object] = {
        name: [value for value in fields.getlist(field) if value]
        for field, name in LISTS.items()
    }
    filters |= {name: fields.get(field) or None for field, name in DAYS.items()}
    return AskRequest.model_validate(
        {
            "question": fields.get("vraag", ""),
            "history": [turn.model_dump() for turn in turns_of(fields)],
            "filters": filters,
            "composer": "llm" if fields.get("wijze") == MODEL_WRITES else "extractive",
        }
    )


def faults_of(error: ValidationError) -> dict[str, str]:
    """What is wrong with which field, as the name of the text that says so."""
    found: dict[str, str] = {}
    for one in error.errors(include_input=False):
        kind, place = one["type"], [str(part) for part in one["loc"]]
        field = next((_FIELD_OF[part] for part in place if part in _FIELD_OF), "vraag")
        if kind == "dates_reversed":
            field = "tot"
        found.setdefault(field, FAULTS.get(kind, "unreadable" if field == "vraag" else "filter"))
    return found


def without(fields: Fields, taken_away: str) -> Fields:
    """The fields without one filter (`field:value`), or without any."""
    kept = [
        (name, value) for name, value in fields.multi_items()
        if name not in ("zonder", "zoeken")
        and not _is_filter(name, value, taken_away)
    ]
    return Fields(kept)


def _is_filter(name: str, value: str, taken_away: str) -> bool:
    if taken_away == EVERY_FILTER:
        return name in LISTS or name in DAYS
    return f"{name}:{value}" == taken_away


def pairs_of(filters: Filters) -> list[tuple[str, str]]:
    """The fields that hold these filters."""
    pairs = [
        (field, str(value)) for field, name in LISTS.items() for value in getattr(filters, name)
    ]
    days: Mapping[str, str | None] = {field: getattr(filters, DAYS[field]) for field in DAYS}
    return [*pairs, *((field, day) for field, day in days.items() if day)]


def address_of(question: str, filters: Filters) -> str:
    """The address at which anyone gets the same question answered."""
    return f"/?{urlencode([('vraag', question), *pairs_of(filters)])}"


def turns_of(fields: Fields) -> list[Turn]:
    """The conversation that the form was sent with, as far as it is read."""
    turns = []
    for text in fields.getlist("eerder"):
        try:
            turn = Turn.model_validate_json(text)
        except ValidationError:
            continue  # a turn that is no turn tells nothing; the question itself still stands
        turns.append(HeardTurn(turn.role, turn.content))
    return [
        Turn.model_validate({"role": turn.role, "content": turn.content}) for turn in cut(turns)
    ]
