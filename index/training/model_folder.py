"""The folder of a trained model: its small files, written all at once and readable by anyone.

`python -m index.training.model_folder FOLDER` writes the small files of a folder anew, for one that
was written by older code; weights and tokenizer stay as they are.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import TrainingImpossible

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
_SHAPE = (
    "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
    "max_position_embeddings", "type_vocab_size", "layer_norm_eps",
)
_MODULES = (
    ("0", "", "sentence_transformers.models.Transformer"),
    ("1", "1_Pooling", "sentence_transformers.models.Pooling"),
    ("2", "2_Normalize", "sentence_transformers.models.Normalize"),
)
_READABLE = 0o644


def configuration(shape: Mapping[str, Any]) -> dict[str, Any]:
    """What `config.json` says of a BERT encoder of `shape`, without dropout."""
    return {
        "architectures": ["BertModel"], "model_type": "bert",
        **{name: shape[name] for name in _SHAPE},
        "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
        "pad_token_id": 0,  # nosec B105 # the token that fills a sentence up
        # The weights are kept in half precision; on a CPU they are slow and round if used so.
        "dtype": "float32",
    }


def write_settings(folder: Path, shape: Mapping[str, Any]) -> None:
    """Write everything but weights and tokenizer, as sentence-transformers expects it."""
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    longest = shape["max_position_embeddings"]
    _write(folder / "config.json", configuration(shape))
    _write(folder / "config_sentence_transformers.json", {
        "model_type": "SentenceTransformer", "prompts": {"query": "", "document": ""},
        "default_prompt_name": None, "similarity_fn_name": "cosine",
    })
    _write(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")},
    })
    _write(folder / "sentence_bert_config.json", {
        "max_seq_length": longest, "do_lower_case": False,
        # There are no weights for a pooler, and without this a warning says that they lack.
        "model_args": {"add_pooling_layer": False},
    })
    _write(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": shape["hidden_size"], "pooling_mode_mean_tokens": True,
    })
    _write(folder / "modules.json", [
        {"idx": int(name), "name": name, "path": path, "type": kind}
        for name, path, kind in _MODULES
    ])


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """The content of a model's small file.

    Raises:
        TrainingImpossible: it is missing or no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingImpossible(
            f"{path.parent} is no folder of a sentence-transformers model: {path.name} cannot be "
            f"read ({error})"
        ) from error


def require_free(out: Path) -> None:
    """Raises TrainingImpossible unless `out` is absent or an empty folder, and can be made."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TrainingImpossible(f"{out} is not empty: name a new folder with --out")
    parent = out.resolve().parent
    parent.mkdir(parents=True, exist_ok=True)
    if not os.access(parent, os.W_OK):
        raise TrainingImpossible(f"{parent} cannot be written: name another folder with --out")


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """A folder to write to, which becomes `out` at the end or, after an error, nothing.

    Raises:
        TrainingImpossible: `out` is not empty.
    """
    require_free(out)
    out = out.resolve()
    folder = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    folder.mkdir()
    try:
        yield folder
        make_readable(folder)
        os.replace(folder, out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_readable(folder: Path) -> None:
    """Let everyone read the files of a folder; safetensors writes its own for the owner alone."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(_READABLE)


def renew(folder: Path) -> None:
    """Write the small files of a model's folder anew, for a model that `student.save` wrote.

    Raises:
        TrainingImpossible: it is no such folder.
    """
    shape = read_json(folder / "config.json")
    if not all(name in shape for name in _SHAPE) or shape.get("model_type") != "bert":
        raise TrainingImpossible(f"{folder / 'config.json'} describes no BERT encoder")
    for name in (WEIGHTS, TOKENIZER):
        if not (folder / name).is_file():
            raise TrainingImpossible(f"{folder} holds no {name}")
    write_settings(folder, shape)
    make_readable(folder)


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 2:
        sys.exit("usage: python -m index.training.model_folder FOLDER")
    try:
        renew(Path(sys.argv[1]))
    except TrainingImpossible as error:
        sys.exit(f"Error: {error}")
