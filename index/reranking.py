"""Reranking: a cross-encoder reads the question with each of the best passages, and has a say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusable
from index.model_files import find_model

if TYPE_CHECKING:
    from index.sentence_transformer import CrossEncoderReranker

# How many passages are read with the question; the rest keeps its order below them.
RERANKED = 50

_ADVICE = (
    "give the folder or hub id of a sentence-transformers CrossEncoder, or leave the setting out"
)
_HEADS = ("ForSequenceClassification", "ForCausalLM")


class Reranker(Protocol):
    """Tells how well each text answers a question; safe to share between threads."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One finite score per text on any scale, the higher the better, shape (len(texts),)."""
        ...


def open_reranker(model: str) -> Reranker:
    """The cross-encoder in a folder or by hub id, loaded and tried once.

    Raises:
        IndexUnusable: there is none, or it does not give one score per pair of texts.
    """
    folder = find_model(model, "cross-encoder", _ADVICE)
    if not _is_cross_encoder(folder):
        raise IndexUnusable(f"the model in {folder} is no cross-encoder: {_ADVICE}")
    try:
        reranker = _load(folder)
        tried = reranker.scores("Wat staat er?", ["Dit staat er.", "Dat staat er."])
    except Exception as error:  # The libraries raise of every kind, plain `Exception` too.
        raise IndexUnusable(
            f"the cross-encoder in {folder} cannot be loaded ({error}): {_ADVICE}"
        ) from error
    if tried.shape != (2,) or not np.isfinite(tried).all():
        raise IndexUnusable(
            f"the cross-encoder in {folder} does not give one score per pair of texts: {_ADVICE}"
        )
    return reranker


def _load(folder: Path) -> CrossEncoderReranker:
    from index.sentence_transformer import CrossEncoderReranker

    return CrossEncoderReranker(folder)


def _is_cross_encoder(folder: Path) -> bool:
    """Whether the files say so: any other model is given a head of random weights when loaded."""
    if _read_json(folder / "config_sentence_transformers.json").get("model_type") == "CrossEncoder":
        return True
    architectures = _read_json(folder / "config.json").get("architectures") or [""]
    return str(architectures[0]).endswith(_HEADS)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def blend(
    fused: NDArray[np.floating[Any]], judged: NDArray[np.float32], is_named: NDArray[np.bool_]
) -> NDArray[np.floating[Any]]:
    """The mean of each fused score and the cross-encoder's, shape as given.

    Cross-encoders share no scale: theirs is first stretched over the range of the fused scores, so
    that both weigh alike and no score leaves that range. Passages of the letters that a question
    names, and the others, each within their own range: the former stay first.
    """
    blended = fused.copy()
    for named in (True, False):
        group = np.flatnonzero(is_named == named)
        if len(group) == 0 or np.ptp(judged[group]) == 0:
            continue
        share = (judged[group] - judged[group].min()) / np.ptp(judged[group])
        lowest = fused[group].min()
        blended[group] = (fused[group] + (lowest + share * np.ptp(fused[group]))) / 2
    return blended
