"""The HTTP contract, version 1: questions, answers and problems.

Requests are strict: an unknown field, a wrong type or a lone surrogate is refused. Responses have
no defaults, so that every key is always present. Offsets are Unicode code points of the letter's
canonical text, ends exclusive; pages are physical pages from 1; dates are `YYYY-MM-DD`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from ingest.letter import Kind

MAX_QUESTION_BYTES = 16_384
MAX_HISTORY_BYTES = 65_536
MAX_HISTORY_TURNS = 50
MAX_TOP_K = 100
MAX_FILTER_VALUES = 100
MAX_FILTER_LENGTH = 500

# Error types of a request that is well-formed but too long: HTTP 413 instead of 422.
QUESTION_TOO_LONG = "question_too_long"
HISTORY_TOO_LONG = "history_too_long"

Outcome = Literal["answered", "not_in_letters", "needs_clarification", "out_of_scope"]
Composer = Literal["extractive", "llm"]
Role = Literal["user", "assistant"]


def _encodable(text: str) -> str:
    """`text` itself; an error if UTF-8 cannot hold it (JSON's `\\ud800` without its pair)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise PydanticCustomError(
            "lone_surrogate", "Text must be valid Unicode; remove the unpaired surrogate"
        ) from None
    return text


def _question(text: str) -> str:
    """The question without white space around it; an error if it is too long or says nothing."""
    if len(text.encode("utf-8")) > MAX_QUESTION_BYTES:
        raise PydanticCustomError(
            QUESTION_TOO_LONG,
            "The question is longer than 16 kB; ask the question alone, without attachments",
        )
    stripped = text.strip()
    if not any(character.isprintable() and not character.isspace() for character in stripped):
        raise PydanticCustomError("question_blank", "The question is empty; type a question")
    return stripped


def _kamerstuk(text: str) -> str:
    if not any(character.isdecimal() for character in text):
        raise PydanticCustomError(
            "kamerstuk_malformed",
            "Not a Kamerstuk; write a dossier (32793) or a number (32793-703)",
        )
    return text


def _iso_date(text: str) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass  # the right shape, but no day of the calendar
    raise PydanticCustomError("date_malformed", "Not a date; write it as YYYY-MM-DD")


Text = Annotated[str, AfterValidator(_encodable)]
Question = Annotated[
    Text, AfterValidator(_question), Field(json_schema_extra={"minLength": 1, "pattern": r"\S"})
]
FilterValue = Annotated[Text, Field(min_length=1, max_length=MAX_FILTER_LENGTH)]
Kamerstuk = Annotated[
    FilterValue, AfterValidator(_kamerstuk), Field(json_schema_extra={"pattern": "[0-9]"})
]
IsoDate = Annotated[
    Text, AfterValidator(_iso_date), Field(json_schema_extra={"format": "date"})
]
Probability = Annotated[float, Field(ge=0, le=1)]
PageNumber = Annotated[int, Field(ge=1)]


class RequestPart(BaseModel):
    """Strict, and nothing unknown: a typing error in a field's name must not pass unseen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Turn(RequestPart):
    """One turn of the conversation before the question."""

    role: Role
    content: Text


class Filters(RequestPart):
    """Which letters count. A list means "any of", two filters mean "and"; empty means all.

    `kamerstuk` is a dossier (`32793`) or a number in it (`32793-703`). A date filter leaves
    undated letters out.
    """

    kenmerk: list[FilterValue] = Field(default=[], max_length=MAX_FILTER_VALUES)
    letter_id: list[FilterValue] = Field(default=[], max_length=MAX_FILTER_VALUES)
    kamerstuk: list[Kamerstuk] = Field(default=[], max_length=MAX_FILTER_VALUES)
    # JSON has no enums, so that strictness would refuse every kind.
    kind: list[Annotated[Kind, Strict(False)]] = Field(default=[], max_length=MAX_FILTER_VALUES)
    date_from: IsoDate | None = Field(default=None, description="First day, YYYY-MM-DD")
    date_to: IsoDate | None = Field(default=None, description="Last day, YYYY-MM-DD")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise PydanticCustomError(
                "dates_reversed", "date_from is later than date_to; exchange the two"
            )
        return self


class SearchRequest(RequestPart):
    """A question to find passages for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "Wanneer wordt de Kamer geïnformeerd over de pilots?"}]
        }
    )

    question: Question = Field(description="At most 16 kB of UTF-8; not blank")
    history: list[Turn] = Field(
        default=[],
        max_length=MAX_HISTORY_TURNS,
        description="The turns before the question, oldest first; at most 64 kB together",
    )
    filters: Filters = Field(default_factory=Filters)
    top_k: int = Field(
        default=8, ge=1, le=MAX_TOP_K, description="Passages returned after filtering"
    )

    @model_validator(mode="after")
    def _history_fits(self) -> Self:
        if sum(len(turn.content.encode("utf-8")) for turn in self.history) > MAX_HISTORY_BYTES:
            raise PydanticCustomError(
                HISTORY_TOO_LONG, "The history is longer than 64 kB; send the last turns only"
            )
        return self


class AskRequest(SearchRequest):
    """A question to answer with proven citations."""

    composer: Composer = Field(
        default="extractive", description="`llm` needs a configured language model"
    )
    debug: bool = Field(default=False, description="Show the passages of a refusal too")


class ResponsePart(BaseModel):
    """Complete and finite; a NaN in an answer is a fault of ours, not something to send."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Citation(ResponsePart):
    """A proven quotation: `quote` is canonical `[quote_start:quote_end]` and stands on `page`.

    `url` is the relative address of the page that shows it in its letter, and lasts;
    `source_url` is where the letter was published.
    """

    marker: int = Field(ge=1)
    letter_id: str
    kenmerk: str | None
    page: PageNumber | None
    page_label: str | None
    subject: str | None
    date: str | None
    section: list[str]
    quote: str
    quote_start: int
    quote_end: int
    passage_id: str
    source_url: str | None
    url: str


class FootnoteOut(ResponsePart):
    """A note that the passage cites (or is)."""

    number: str
    text: str
    page: PageNumber | None


class PassageOut(ResponsePart):
    """A passage found: `text` is canonical `[char_start:char_end]`; `score` falls with `rank`."""

    rank: int = Field(ge=1)
    score: Probability
    passage_id: str
    letter_id: str
    kenmerk: str | None
    page_first: PageNumber | None
    page_last: PageNumber | None
    section: list[str]
    text: str
    char_start: int
    char_end: int
    footnotes: list[FootnoteOut]


class Warning(ResponsePart):
    """Something the reader should know of this answer; `code` is stable, `message` a sentence."""

    code: str
    message: str


class Failure(ResponsePart):
    """What was removed: a quotation that was not found where it is said to stand, or a sentence of
    the language model (`claim`) that nothing proves. `marker` is the key that it was given."""

    marker: int | None
    quote: str
    reason: str
    claim: str | None


class Verification(ResponsePart):
    """How many quotations (of a language model: sentences) were checked, and which failed."""

    checked: int = Field(ge=0)
    failed: int = Field(ge=0)
    failures: list[Failure]


class IndexInfo(ResponsePart):
    """Which index answered."""

    generation: int
    embedding_model: str


TimingsMs = dict[str, float]


class PromptUsed(ResponsePart):
    """A prompt that a language model was given; `sha256` is that of its file."""

    name: str
    sha256: str


class Choice(ResponsePart):
    """One thing that an ambiguous question may mean: asking `question` with `filters` means it."""

    label: str
    question: str
    filters: Filters


class AskResponse(ResponsePart):
    """An answer with its proof, or one of three refusals (`answer` null, no citations).

    `composer` is who wrote it; `model` and `prompts` are the language model's, if it took part.
    `choices` are there for `needs_clarification` alone, where it is known what may be meant.
    """

    request_id: str
    outcome: Outcome
    answer: str | None
    message: str | None
    standalone_question: str
    confidence: Probability
    citations: list[Citation]
    passages: list[PassageOut]
    warnings: list[Warning]
    verification: Verification
    choices: list[Choice]
    composer: Composer
    model: str | None
    prompts: list[PromptUsed]
    index: IndexInfo
    timings_ms: TimingsMs

    @model_validator(mode="after")
    def _cited_or_refused(self) -> Self:
        """An answer without a citation, or a refusal with one, must never leave the service."""
        if self.outcome == "answered":
            if not self.answer or not self.citations:
                raise ValueError("an answer needs a text and at least one citation")
        elif self.answer is not None or self.citations or not self.message:
            raise ValueError("a refusal has a message, no answer and no citations")
        return self


class SearchResponse(ResponsePart):
    """The passages found, best first."""

    request_id: str
    passages: list[PassageOut]
    confidence: Probability
    warnings: list[Warning]
    index: IndexInfo
    timings_ms: TimingsMs


class Health(ResponsePart):
    """The process is up; `index` is null where it was not looked at."""

    status: Literal["ok"]
    index: IndexInfo | None


class FieldError(ResponsePart):
    """What is wrong with one field of the request (`filters.kind.0`)."""

    field: str
    message: str


class Problem(ResponsePart):
    """Problem details (RFC 9457). `type` is stable; `detail` says what to do.

    `errors` is there only for a request that was refused field by field.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None

    def body(self) -> dict[str, Any]:
        """The JSON body: without `errors` when there are none."""
        return self.model_dump(exclude_none=True)
