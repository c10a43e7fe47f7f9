"""The student: a BERT encoder with the teacher's layers and a vocabulary of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import TrainingImpossible
from index.training.model_folder import (
    TOKENIZER,
    WEIGHTS,
    configuration,
    read_json,
    write_settings,
)

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

MAXIMUM_LENGTH = 256
_GROUP = 24


def _bert(shape: Mapping[str, Any]) -> Any:
    from transformers import BertConfig, BertModel

    model = BertModel(BertConfig(**configuration(shape)), add_pooling_layer=False)
    # On a CPU the fused attention takes longer, its backward pass above all.
    model.set_attn_implementation("eager")
    return model


def read_weights(folder: Path) -> dict[str, torch.Tensor]:
    """The weights of a BERT model's folder, in single precision, without a prefix or a pooler.

    Raises:
        TrainingImpossible: they are missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(str(folder / WEIGHTS))
    except (OSError, SafetensorError) as error:
        raise TrainingImpossible(
            f"{folder} holds no {WEIGHTS} that can be read ({error}): give the folder of a "
            "sentence-transformers model of BERT layers"
        ) from error
    plain = {name.removeprefix("bert."): weight.float() for name, weight in weights.items()}
    return {
        name: weight for name, weight in plain.items()
        if name.startswith(("embeddings.", "encoder.")) and not name.endswith("position_ids")
    }


def read_shape(folder: Path) -> dict[str, Any]:
    """The configuration of a BERT encoder's folder.

    Raises:
        TrainingImpossible: it is another kind of model.
    """
    shape: dict[str, Any] = read_json(folder / "config.json")
    if shape.get("model_type") != "bert" or shape.get("hidden_act") != "gelu":
        raise TrainingImpossible(
            f"{folder} holds a model of another kind: only BERT encoders with GELU can be trained "
            "here"
        )
    return {"layer_norm_eps": 1e-12, **shape}


def from_teacher(
    folder: Path, embeddings: NDArray[np.float32], layers: Sequence[int]
) -> Any:
    """A student with these of the layers of the teacher in `folder`.

    `embeddings` are those of the student's vocabulary, shape (pieces, dimensions of the teacher).

    Raises:
        TrainingImpossible: the teacher is no BERT encoder, or has fewer layers.
    """
    import torch

    weights, shape = read_weights(folder), read_shape(folder)
    if max(layers) >= shape["num_hidden_layers"]:
        raise TrainingImpossible(
            f"{folder} holds a model of {shape['num_hidden_layers']} layers: the recipe takes "
            f"layers {layers}"
        )
    positions = weights["embeddings.position_embeddings.weight"][:MAXIMUM_LENGTH]
    model = _bert({
        **shape, "vocab_size": len(embeddings), "num_hidden_layers": len(layers),
        "max_position_embeddings": len(positions), "type_vocab_size": 1,
    })
    chosen: dict[str, torch.Tensor] = {
        "embeddings.word_embeddings.weight": torch.tensor(embeddings),
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight":
            weights["embeddings.token_type_embeddings.weight"][:1],
    }
    for name in ("weight", "bias"):
        chosen[f"embeddings.LayerNorm.{name}"] = weights[f"embeddings.LayerNorm.{name}"]
    for new, old in enumerate(layers):
        prefix = f"encoder.layer.{old}."
        for name, weight in weights.items():
            if name.startswith(prefix):
                chosen[f"encoder.layer.{new}.{name.removeprefix(prefix)}"] = weight
    model.load_state_dict(chosen, strict=True)
    return model


def from_folder(folder: Path) -> Any:
    """A student to go on with, out of a sentence-transformers folder of a BERT encoder.

    Raises:
        TrainingImpossible: the folder holds another kind of model, or a damaged one.
    """
    model = _bert(read_shape(folder))
    try:
        model.load_state_dict(read_weights(folder), strict=True)
    except RuntimeError as error:
        raise TrainingImpossible(
            f"the weights in {folder} are not those that its config.json describes ({error})"
        ) from error
    return model


def save_weights(model: Any, folder: Path) -> None:
    """Write the weights to a folder, in half precision."""
    import torch
    from safetensors.torch import save_file

    weights = {
        name: weight.detach().cpu().to(torch.float16).contiguous()
        for name, weight in model.state_dict().items()
    }
    save_file(weights, str(folder / WEIGHTS), metadata={"format": "pt"})


def save(model: Any, tokenizer: Tokenizer, folder: Path) -> None:
    """Write an ordinary sentence-transformers folder, weights in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(model, folder)
    tokenizer.save(str(folder / TOKENIZER))
    write_settings(folder, {**model.config.to_dict(), "vocab_size": tokenizer.get_vocab_size()})


def states(model: Any, batch: Sequence[Sequence[int]], pad: int) -> list[torch.Tensor]:
    """The last layer of every text given as pieces, shape (pieces, dimensions) each.

    Computed in bfloat16, in groups of like length, so that little work goes into padding.
    """
    import torch

    device = next(model.parameters()).device
    order = sorted(range(len(batch)), key=lambda at: len(batch[at]))
    found: list[torch.Tensor] = [torch.empty(0)] * len(batch)
    for first in range(0, len(order), _GROUP):
        group = order[first : first + _GROUP]
        length = len(batch[group[-1]])
        pieces = torch.tensor([[*batch[at], *[pad] * (length - len(batch[at]))] for at in group])
        pieces = pieces.to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            hidden = model(input_ids=pieces, attention_mask=pieces.ne(pad)).last_hidden_state
        for row, at in enumerate(group):
            found[at] = hidden[row, : len(batch[at])].float()
    return found


def pooled(hidden: Sequence[torch.Tensor]) -> torch.Tensor:
    """The unit mean of each of `hidden`, shape (len(hidden), dimensions)."""
    import torch
    from torch.nn.functional import normalize

    return normalize(torch.stack([one.mean(0) for one in hidden]), dim=-1)
