"""A student with its tokenizer: texts to vectors, as they are trained and as they are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import TrainingImpossible
from index.training.student import pooled, states

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from index.training.batches import Passage

_AT_ONCE = 64


class Reader:
    """Reads texts with `model`, on the device that it is on."""

    def __init__(self, model: Any, tokenizer: Tokenizer) -> None:
        self._model, self._tokenizer = model, tokenizer
        pad = tokenizer.token_to_id("[PAD]")
        if pad is None:
            raise TrainingImpossible("the tokenizer has no [PAD]: take a BERT model")
        self._pad: int = pad

    @property
    def device(self) -> torch.device:
        """Where the vectors are."""
        found: torch.device = next(self._model.parameters()).device
        return found

    def _pieces(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        self._tokenizer.enable_truncation(longest)
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def vectors(self, texts: Sequence[str], longest: int) -> torch.Tensor:
        """Unit vectors of texts cut off at `longest` pieces, shape (texts, dimensions)."""
        return pooled(states(self._model, self._pieces(texts, longest), self._pad))

    def fixed_vectors(self, texts: Sequence[str], longest: int) -> NDArray[np.float32]:
        """The same for any number of texts, without what training needs."""
        import torch

        self._model.eval()
        encoded = self._pieces(texts, longest)
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at]))
        found = np.empty((len(texts), self._model.config.hidden_size), dtype=np.float32)
        with torch.inference_mode():
            for first in range(0, len(order), _AT_ONCE):
                block = order[first : first + _AT_ONCE]
                hidden = states(self._model, [encoded[at] for at in block], self._pad)
                found[block] = pooled(hidden).cpu().numpy()
        self._model.train()
        return found

    def passages(
        self, passages: Sequence[Passage], longest: int
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Unit vectors of passages, of their sentences, and whose each sentence is.

        Shapes (passages, dimensions), (sentences, dimensions) and (1, sentences). A sentence beyond
        `longest` pieces has no vector.
        """
        import torch

        self._tokenizer.enable_truncation(longest)
        encodings = self._tokenizer.encode_batch([passage.text for passage in passages])
        hidden = states(self._model, [encoding.ids for encoding in encodings], self._pad)
        sentences: list[torch.Tensor] = []
        owners: list[int] = []
        for row, (passage, encoding) in enumerate(zip(passages, encodings, strict=True)):
            for first, last in piece_spans(encoding.offsets, passage.sentences):
                sentences.append(hidden[row][first:last])
                owners.append(row)
        owner = torch.tensor([owners], device=self.device)
        return pooled(hidden), pooled(sentences), owner


def piece_spans(
    offsets: Sequence[tuple[int, int]], sentences: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The pieces (first, last + 1) of every sentence of which there are any.

    `offsets` are the characters of every piece; those of [CLS] and [SEP] are empty.
    """
    spans = []
    for start, end in sentences:
        within = [
            at for at, (first, last) in enumerate(offsets)
            if last > first and first >= start and last <= end
        ]
        if within:
            spans.append((within[0], within[-1] + 1))
    return spans
