"""One response for a text that asks several questions: their answers, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from service import contract, wording
from service.language import language_of

# Of several refusals, the one that says most.
_REFUSALS: tuple[contract.Outcome, ...] = (
    "not_in_letters", "needs_clarification", "out_of_scope"
)


def joint_response(
    parts: Sequence[contract.AskResponse], top_k: int
) -> contract.AskResponse:
    """The answers to several questions as one, its citations numbered on, with a warning for each
    question that the letters do not answer. With no answer at all, a refusal."""
    answered = [part for part in parts if part.outcome == "answered"]
    if not answered:
        first = min(parts, key=lambda part: _REFUSALS.index(part.outcome))
        return first.model_copy(
            update={"standalone_question": _together(parts), "passages": _passages(parts, top_k)}
        )
    texts: list[str] = []
    citations: list[contract.Citation] = []
    for part in answered:
        text = part.answer or ""
        # From the last, since a marker may become one that comes after it.
        for citation in reversed(part.citations):
            marker = citation.marker + len(citations)
            quoted = f"“{' '.join(citation.quote.split())}” "
            text = text.replace(f"{quoted}[{citation.marker}]", f"{quoted}[{marker}]")
        texts.append(text)
        citations += [
            citation.model_copy(update={"marker": number})
            for number, citation in enumerate(part.citations, start=len(citations) + 1)
        ]
    return answered[0].model_copy(
        update={
            "answer": "\n\n".join(texts), "citations": citations,
            "standalone_question": _together(parts),
            "confidence": max(part.confidence for part in answered),
            "passages": _passages(answered, top_k), "warnings": _warnings(parts),
            "verification": contract.Verification(
                checked=sum(part.verification.checked for part in parts),
                failed=sum(part.verification.failed for part in parts),
                failures=[one for part in parts for one in part.verification.failures],
            ),
            "timings_ms": {
                name: sum(part.timings_ms.get(name, 0.0) for part in parts)
                for name in parts[0].timings_ms
            },
        }
    )


def _together(parts: Sequence[contract.AskResponse]) -> str:
    return " ".join(part.standalone_question for part in parts)


def _passages(
    parts: Sequence[contract.AskResponse], top_k: int
) -> list[contract.PassageOut]:
    """The passages of all questions in turn, each once: scores for one question say nothing beside
    those for another."""
    by_turn = sorted((one for part in parts for one in part.passages), key=lambda one: one.rank)
    ordered = list({one.passage_id: one for one in reversed(by_turn)}.values())[::-1][:top_k]
    lowest = accumulate((one.score for one in ordered), min)
    return [
        one.model_copy(update={"rank": rank, "score": score})
        for rank, (one, score) in enumerate(zip(ordered, lowest, strict=True), start=1)
    ]


def _warnings(parts: Sequence[contract.AskResponse]) -> list[contract.Warning]:
    found = {(one.code, one.message): one for part in parts for one in part.warnings}
    for part in parts:
        if part.outcome == "not_in_letters":
            asked = part.standalone_question
            message = wording.question_not_answered(asked, language_of(asked))
            found["", asked] = contract.Warning(code="question-not-answered", message=message)
    return list(found.values())
