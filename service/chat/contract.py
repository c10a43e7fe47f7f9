"""OpenAI's chat completions, as far as they mean something to a service that quotes letters

A request is read tolerantly, as front ends send a great deal that changes nothing here: an unknown
field is ignored, and so are `temperature`, `max_tokens`, `stop`, `tools`, `response_format`,
`seed`, `user` and `metadata`. What is read must be of the right type, and `briefwijzer`, which is
this service's own, is as strict as `POST /v1/ask`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from service.chat.attachments import brings_sources
from service.chat.errors import in_both_languages
from service.contract import (
    MAX_TOP_K,
    AskResponse,
    Composer,
    Filters,
    RequestPart,
    ResponsePart,
    Role,
    Text,
)

# The installation's best answer, and the one that no language model takes part in.
BEST = "briefwijzer"
EXTRACTIVE = "briefwijzer-extractive"
MODELS = (BEST, EXTRACTIVE)
# Of the models, for ever: a client may take another moment for another model.
MODELS_CREATED = 1_767_225_600
ID_PREFIX = "chatcmpl-"

_SPOKEN: tuple[Role, ...] = ("user", "assistant")
_CONTENT_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
                "required": ["type", "text"],
            },
        },
        {"type": "null"},
    ],
    "description": "Text, or a list of text parts; images, audio and files are not read",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: its text, whether it has parts that hold none, such as images, and
    whether a front end put numbered sources into it."""

    text: str
    has_others: bool = False
    brings_sources: bool = False


class Sent(BaseModel):
    """A part of a request that OpenAI defines: strict in what is read, blind for the rest."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class _Part(Sent):
    """One part of a message; `refusal` is an assistant's."""

    type: str
    text: Text | None = None
    refusal: Text | None = None


class _Parts(Sent):
    content: list[_Part]


class _Whole(Sent):
    content: Text


class Message(Sent):
    """One message; of a system, developer or tool it is data that changes nothing."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[Any, WithJsonSchema(_CONTENT_SCHEMA)] = Field(
        default=None, validate_default=True
    )

    @field_validator("content")
    @classmethod
    def _read(cls, sent: Any, info: ValidationInfo) -> Content:
        if sent is None:
            return Content("")
        if info.data.get("role") not in _SPOKEN:
            return Content("", brings_sources=brings_sources(str(sent)))
        return _content(sent)


def _content(sent: Any) -> Content:
    try:
        if isinstance(sent, str):
            text = _Whole(content=sent).content
            return Content(text, brings_sources=brings_sources(text))
        parts = _Parts(content=sent).content
    except ValueError as error:
        raise PydanticCustomError(
            "content_unreadable", "Give the content as Unicode text, or as a list of text parts"
        ) from error
    texts = [part.text or part.refusal or "" for part in parts]
    has_others = any(part.type not in ("text", "input_text", "refusal") for part in parts)
    text = "\n".join(text for text in texts if text)
    return Content(text, has_others, brings_sources(text))


class StreamOptions(Sent):
    """What a stream holds besides the answer."""

    include_usage: bool | None = Field(
        default=None, description="Put `usage` on the last chunk"
    )


class Options(RequestPart):
    """What OpenAI has no words for; strict, as in `POST /v1/ask`."""

    filters: Filters = Field(default_factory=Filters)
    top_k: int = Field(default=8, ge=1, le=MAX_TOP_K)
    composer: Composer | None = Field(
        default=None, description="In place of the one that the model stands for"
    )


class ChatRequest(Sent):
    """A conversation whose last message is the question; what is unknown is ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": BEST,
                    "messages": [
                        {
                            "role": "user",
                            "content": "Wanneer wordt de Kamer geïnformeerd over de pilots?",
                        }
                    ],
                    "stream": False,
                    "briefwijzer": {"filters": {"kamerstuk": ["32793"]}},
                }
            ]
        }
    )

    model: str = Field(description="`briefwijzer` or `briefwijzer-extractive`")
    messages: list[Message] = Field(
        min_length=1,
        description="The user's last message is the question; the turns of user and assistant "
        "before it are the conversation, of which the end is read when it is long",
    )
    stream: bool | None = Field(default=None, description="Answer by server-sent events")
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, description="1: there is one answer")
    briefwijzer: Options = Field(
        default_factory=Options, description="Filters and such, by `extra_body` of a client"
    )

    @field_validator("n")
    @classmethod
    def _one(cls, n: int | None) -> int | None:
        if n not in (None, 1):
            raise PydanticCustomError("one_answer", "There is one answer; leave n out, or send 1")
        return n

    @field_validator("messages")
    @classmethod
    def _asks(cls, messages: list[Message]) -> list[Message]:
        last = next((one for one in reversed(messages) if one.role == "user"), None)
        if last is None:
            raise PydanticCustomError(
                "no_question", "One of the messages must be the user's question; add one"
            )
        if not last.content.text.strip():
            said = "only_text" if last.content.has_others else "empty_question"
            raise PydanticCustomError("no_words", "{said}", {"said": in_both_languages(said)})
        return messages

    @property
    def question_at(self) -> int:
        """The place of the question among the messages: of the user's, the last."""
        return max(at for at, one in enumerate(self.messages) if one.role == "user")

    @property
    def spoken(self) -> list[Message]:
        """The messages of user and assistant up to the question, which is the last; an answer
        behind it was to be gone on with, and is given anew."""
        return [one for one in self.messages[: self.question_at + 1] if one.role in _SPOKEN]

    @property
    def brings_sources(self) -> bool:
        """Whether the front end gave sources, to which it refers what looks like a marker."""
        return any(one.content.brings_sources for one in self.messages)


class Usage(ResponsePart):
    """An estimate: a token per four characters of the conversation that was sent, and of the
    answer; what a language model behind it was given and wrote is not counted."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionMessage(ResponsePart):
    """The answer as Markdown, its sources below it."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class CompletionChoice(ResponsePart):
    """The one answer; a refusal is one too."""

    index: Literal[0] = 0
    message: CompletionMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(ResponsePart):
    """An answer in OpenAI's shape; `briefwijzer` is what `POST /v1/ask` answers."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: Usage
    briefwijzer: AskResponse


class Model(ResponsePart):
    """A model that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int = MODELS_CREATED
    owned_by: Literal["briefwijzer"] = "briefwijzer"


class ModelList(ResponsePart):
    """The models that can be asked."""

    object: Literal["list"] = "list"
    data: list[Model]
