"""Which sentence-transformers folders the encoder in NumPy supports exactly, and reading one.

A setting that is not known here could change the vectors: such a folder is left to
sentence-transformers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from index.encoder import NumpyEncoder, Prompts

if TYPE_CHECKING:
    from pathlib import Path

_POOLING_ALTERNATIVES = (
    "pooling_mode_cls_token", "pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken",
)
_BERT_TOKENS = frozenset({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
# Whatever else stands in sentence_bert_config.json or config_sentence_transformers.json could
# change the vectors.
_KNOWN_SETTINGS = frozenset({"max_seq_length", "do_lower_case", "model_args"})
# Mean pooling does not look at it.
_NO_POOLER = {"add_pooling_layer": False}
_KNOWN_TOP_SETTINGS = frozenset(
    {"__version__", "prompts", "default_prompt_name", "similarity_fn_name", "model_type"}
)


def read_encoder(folder: Path) -> NumpyEncoder | None:
    """The encoder in a sentence-transformers folder, or None where this file does not support it.

    Raises:
        OSError, ValueError, KeyError, SafetensorError: its files are damaged.
    """
    if not all((folder / name).is_file() for name in (
        "modules.json", "config.json", "model.safetensors", "tokenizer.json",
        "sentence_bert_config.json", "tokenizer_config.json",
    )):
        return None
    configuration = _read(folder / "config.json")
    settings = _read(folder / "sentence_bert_config.json")
    prompts = _read_prompts(folder)
    if prompts is None or not (
        _is_plain_bert(configuration) and _is_mean_pooled(folder)
        and settings.keys() <= _KNOWN_SETTINGS and not settings.get("do_lower_case")
        and settings.get("model_args", _NO_POOLER) == _NO_POOLER
        and isinstance(settings.get("max_seq_length"), int) and _has_own_tokenizer(folder)
    ):
        return None
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    weights = {
        name.removeprefix("bert."): weight
        for name, weight in load_file(str(folder / "model.safetensors")).items()
    }
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    length = min(settings["max_seq_length"], configuration["max_position_embeddings"])
    tokenizer.enable_truncation(length)
    tokenizer.no_padding()
    return NumpyEncoder(tokenizer, weights, configuration, prompts)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _is_plain_bert(configuration: Mapping[str, Any]) -> bool:
    return (
        configuration.get("model_type") == "bert"
        and configuration.get("position_embedding_type", "absolute") == "absolute"
        and configuration.get("hidden_act") == "gelu"
        and not configuration.get("is_decoder")
        and not configuration.get("quantization_config")
    )


def _is_mean_pooled(folder: Path) -> bool:
    modules = _read(folder / "modules.json")
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    pooling = _read(folder / modules[1]["path"] / "config.json")
    is_mean = pooling.get("pooling_mode", "mean") == "mean" and (
        "pooling_mode" in pooling or pooling.get("pooling_mode_mean_tokens") is True
    )
    return (
        modules[0]["path"] == "" and is_mean and pooling.get("include_prompt", True)
        and not any(pooling.get(name) for name in _POOLING_ALTERNATIVES)
    )


def _has_own_tokenizer(folder: Path) -> bool:
    """Whether tokenizer.json is all there is to it, or says what the class makes of it anyway."""
    configuration = _read(folder / "tokenizer_config.json")
    kind = configuration.get("tokenizer_class")
    if kind in ("PreTrainedTokenizerFast", "TokenizersBackend"):
        return True
    tokenizer = _read(folder / "tokenizer.json")
    return kind in ("BertTokenizer", "BertTokenizerFast") and (
        tokenizer["normalizer"] == {
            "type": "BertNormalizer", "clean_text": True,
            "handle_chinese_chars": configuration.get("tokenize_chinese_chars", True),
            "strip_accents": configuration.get("strip_accents"),
            "lowercase": configuration.get("do_lower_case", True),
        }
        and tokenizer["pre_tokenizer"] == {"type": "BertPreTokenizer"}
        and tokenizer["model"].get("type", "WordPiece") == "WordPiece"
        and (tokenizer["post_processor"] or {}).get("type") == "TemplateProcessing"
        and {token["content"] for token in tokenizer["added_tokens"]} == _BERT_TOKENS
    )


def _read_prompts(folder: Path) -> Prompts | None:
    """The prompts that sentence-transformers would use; None where there is more to them."""
    path = folder / "config_sentence_transformers.json"
    configuration = _read(path) if path.is_file() else {}
    prompts = configuration.get("prompts") or {}
    if (
        not configuration.keys() <= _KNOWN_TOP_SETTINGS
        or configuration.get("default_prompt_name")
        or not prompts.keys() <= {"query", "document"}
        or not all(isinstance(prompt, str) for prompt in prompts.values())
    ):
        return None
    return Prompts(prompts.get("query", ""), prompts.get("document", ""))
