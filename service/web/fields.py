"""The fields of the question form, and the address of a question: from and to `AskRequest`

| field | |
|---|---|
| `vraag` | the question |
| `brief`, `soort`, `kenmerk`, `kamerstuk` | filters, each any number of times |
| `van`, `tot` | the first and the last day, YYYY-MM-DD |
| `wijze` | `citaten` for quotations alone, `tekst` for prose of the language model |
| `eerder` | a turn of the conversation before, as JSON, oldest first |
"""

from __future__ import annotations

from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.datastructures import ImmutableMultiDict

from service.contract import AskRequest, Filters, Turn
from service.conversation import Turn as HeardTurn
from service.conversation import cut

Fields = ImmutableMultiDict[str, str]
_LISTS = {"brief": "letter_id", "soort": "kind", "kenmerk": "kenmerk", "kamerstuk": "kamerstuk"}
_DAYS = {"van": "date_from", "tot": "date_to"}
MODEL_WRITES = "tekst"


def question_of(fields: Fields) -> AskRequest:
    """What the form asks.

    Raises:
        ValidationError: a field cannot be what it is.
    """
    filters: dict[str, object] = {
        name: [value for value in fields.getlist(field) if value]
        for field, name in _LISTS.items()
    }
    filters |= {name: fields.get(field) or None for field, name in _DAYS.items()}
    return AskRequest.model_validate(
        {
            "question": fields.get("vraag", ""),
            "history": _history(fields),
            "filters": filters,
            "composer": "llm" if fields.get("wijze") == MODEL_WRITES else "extractive",
        }
    )


def address_of(question: str, filters: Filters) -> str:
    """The address at which anyone gets the same question answered."""
    pairs = [("vraag", question)]
    for field, name in _LISTS.items():
        pairs += [(field, str(value)) for value in getattr(filters, name)]
    for field, name in _DAYS.items():
        if value := getattr(filters, name):
            pairs.append((field, value))
    return f"/?{urlencode(pairs)}"


def _history(fields: Fields) -> list[dict[str, str]]:
    turns = []
    for text in fields.getlist("eerder"):
        try:
            turn = Turn.model_validate_json(text)
        except ValidationError:
            continue  # a turn that is no turn tells nothing; the question itself still stands
        turns.append(HeardTurn(turn.role, turn.content))
    return [{"role": turn.role, "content": turn.content} for turn in cut(turns)]
