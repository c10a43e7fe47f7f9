"""One response for a text that asks several questions: their answers, one after the other, or
their passages in turn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from service import contract, wording
from service.language import language_of

# What parts the answers to two questions of one text.
BETWEEN_ANSWERS = "\n\n"
_Response = contract.AskResponse | contract.SearchResponse
# Of several refusals, the one that says most.
_REFUSALS: tuple[contract.Outcome, ...] = (
    "not_in_letters", "needs_clarification", "out_of_scope"
)


def joint_response(
    parts: Sequence[contract.AskResponse], top_k: int
) -> contract.AskResponse:
    """The answers to several questions, numbered on from one to the next, as one, with a warning
    for each question that they do not answer. With no answer at all, the refusal that says most."""
    answered = [part for part in parts if part.outcome == "answered"]
    of_all = {
        "standalone_question": " ".join(part.standalone_question for part in parts),
        "verification": contract.Verification(
            checked=sum(part.verification.checked for part in parts),
            failed=sum(part.verification.failed for part in parts),
            failures=[one for part in parts for one in part.verification.failures],
        ),
        "timings_ms": _timings(parts),
        "composer": "llm" if any(part.composer == "llm" for part in parts) else "extractive",
        "model": next((part.model for part in parts if part.model), None),
        "prompts": list(dict.fromkeys(one for part in parts for one in part.prompts)),
    }
    if not answered:
        first = min(parts, key=lambda part: _REFUSALS.index(part.outcome))
        return first.model_copy(
            update={**of_all, "passages": _passages(parts, top_k), "warnings": _warnings(parts)}
        )
    return answered[0].model_copy(
        update={
            **of_all, "answer": BETWEEN_ANSWERS.join(part.answer or "" for part in answered),
            "citations": [citation for part in answered for citation in part.citations],
            "confidence": max(part.confidence for part in answered),
            "passages": _passages(answered, top_k),
            "warnings": [*_warnings(parts), *_not_answered(parts)],
        }
    )


def joint_search(
    parts: Sequence[contract.SearchResponse], top_k: int
) -> contract.SearchResponse:
    """The passages found for several questions as one response."""
    return parts[0].model_copy(
        update={
            "passages": _passages(parts, top_k), "warnings": _warnings(parts),
            "confidence": max(part.confidence for part in parts), "timings_ms": _timings(parts),
        }
    )


def _timings(parts: Sequence[_Response]) -> contract.TimingsMs:
    """What each step took for all questions together: they are asked one after the other."""
    return {
        name: sum(part.timings_ms[name] for part in parts) for name in parts[0].timings_ms
    }


def _passages(parts: Sequence[_Response], top_k: int) -> list[contract.PassageOut]:
    """The passages of all questions in turn, each once: scores for one question say nothing beside
    those for another."""
    by_turn = sorted((one for part in parts for one in part.passages), key=lambda one: one.rank)
    ordered = list({one.passage_id: one for one in reversed(by_turn)}.values())[::-1][:top_k]
    lowest = accumulate((one.score for one in ordered), min)
    return [
        one.model_copy(update={"rank": rank, "score": score})
        for rank, (one, score) in enumerate(zip(ordered, lowest, strict=True), start=1)
    ]


def _warnings(parts: Sequence[_Response]) -> list[contract.Warning]:
    """The warnings of all questions, each once."""
    found = {(one.code, one.message): one for part in parts for one in part.warnings}
    return list(found.values())


def _not_answered(parts: Sequence[contract.AskResponse]) -> list[contract.Warning]:
    """A warning for each question that was not answered; what is out of scope, such as "Hoe gaat
    het?", is no question for the letters."""
    asked = [
        part.standalone_question for part in parts
        if part.outcome in ("not_in_letters", "needs_clarification")
    ]
    return [
        contract.Warning(
            code="question-not-answered",
            message=wording.question_not_answered(one, language_of(one)),
        )
        for one in dict.fromkeys(asked)
    ]
