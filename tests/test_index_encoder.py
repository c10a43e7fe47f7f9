"""Vectors of passages and sentences: every way to compute them against an exact reference."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index.embedding import ModelEmbedder
from index.encoder_folder import read_encoder
from index.errors import IndexUnusable
from index.sentence_transformer import SentenceTransformerEncoder
from ingest.sentences import sentence_spans
from tests.conftest import CORPUS, HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]
    Spans = Sequence[tuple[int, int]]

LETTER = next(iter(sorted(CORPUS.glob("*.txt")))).read_text(encoding="utf-8")
TEXTS = [
    *(LETTER[start : start + 700] for start in range(0, 7000, 700)),
    LETTER[3000:9000], "", " ", "  voor en na  ", "?! ... (…)", "Één zin. 😀 Nóg één: ﬁnaal ½ ①.",
    "Staat er [SEP], [UNK] of [PAD]? Ja.", "a\nb\tc\u00a0d\u200be", "ＡＢＣ ß Ĳ ĳ", "woord" * 300,
    "z" * 90 + " . " + "Een zin na een lang woord.",
]
SPANS = [sentence_spans(text) for text in TEXTS]
PROMPTS = {"query": "vraag: ", "document": "stuk: "}


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The bundled model, and small models of other kinds with random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.implementations import BertWordPieceTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertModel

    place = tmp_path_factory.mktemp("models")
    tokenizer = BertWordPieceTokenizer()
    tokenizer.train_from_iterator([LETTER], vocab_size=3000, show_progress=False)
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(5)
    model = BertModel(BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2,
        num_attention_heads=4, intermediate_size=64, max_position_embeddings=64,
        initializer_range=0.3,
    ))
    for name, pooling in (("prompts", "mean"), ("first token", "cls"), ("rebuilt", "mean")):
        folder = place / name
        (folder / "1_Pooling").mkdir(parents=True)
        model.save_pretrained(folder)
        tokenizer.save(str(folder / "tokenizer.json"))
        kind = "BertTokenizer" if name == "rebuilt" else "PreTrainedTokenizerFast"
        write(folder / "tokenizer_config.json", {
            "tokenizer_class": kind, "unk_token": "[UNK]", "pad_token": "[PAD]",
            "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
        })
        write(folder / "modules.json", [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{k}"}
            for at, (path, k) in enumerate([("", "Transformer"), ("1_Pooling", "Pooling")])
        ])
        write(folder / "sentence_bert_config.json",
              {"max_seq_length": 48, "do_lower_case": False})
        write(folder / "1_Pooling/config.json",
              {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": pooling == "mean",
               "pooling_mode_cls_token": pooling == "cls"})
        write(folder / "config_sentence_transformers.json", {"prompts": PROMPTS})
    static = StaticEmbedding(Tokenizer.from_str(tokenizer.to_str()), embedding_dim=24)
    SentenceTransformer(modules=[static], device="cpu").save(str(place / "static"))
    own = {folder.name: folder for folder in place.iterdir()}
    return {"bundled": ModelEmbedder().folder, **own}


def write(path: Path, content: object) -> None:
    """Write JSON."""
    path.write_text(json.dumps(content), encoding="utf-8")


def reference(folder: Path) -> SentenceTransformer:
    """The model by sentence-transformers itself, in single precision."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32"})


def late(model: SentenceTransformer, text: str, spans: Spans) -> Vectors:
    """The text's vector and, per sentence, the mean over the tokens whose last character is in it;
    one that the model does not read to its end is embedded apart."""
    prompt = model.prompts["document"] or ""
    states: Any = model.encode_document(text, output_value="token_embeddings")
    pieces = model.tokenizer(prompt + text, return_offsets_mapping=True)
    length = len(states)
    is_cut = len(pieces["input_ids"]) > length
    # Of a text that is cut the last token read is the separator.
    offsets = pieces["offset_mapping"][: length - 1]
    read_to = max((end for _, end in offsets), default=0) - len(prompt)
    rows = [model.encode_document(text)]
    for start, end in spans:
        within = [
            at for at, (first, last) in enumerate(offsets)
            if first < last and start <= last - 1 - len(prompt) < end
        ]
        if not within or (is_cut and end > read_to):
            rows.append(model.encode_document(text[start:end]))
        else:
            rows.append(states.numpy()[within].mean(axis=0))
    found = np.stack(rows)
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def apart(model: SentenceTransformer, text: str, spans: Spans) -> Vectors:
    """The text and each sentence embedded by itself."""
    texts = [text, *(text[start:end] for start, end in spans)]
    return np.stack([model.encode_document(one, normalize_embeddings=True) for one in texts])


@pytest.mark.parametrize(
    ("name", "in_numpy", "expected"),
    [
        ("bundled", True, late), ("bundled", False, late), ("prompts", True, late),
        ("prompts", False, late), ("rebuilt", True, late),
        ("first token", False, apart), ("static", False, apart),
    ],
)
def test_passages_and_sentences_have_the_vectors_of_the_reference(
    folders: dict[str, Path], name: str, in_numpy: bool,
    expected: Callable[[SentenceTransformer, str, Spans], Vectors],
) -> None:
    """Whatever computes them, and whichever other texts are computed at the same time."""
    encoder: Any = read_encoder(folders[name])
    assert (encoder is not None) == (expected is late)
    if not in_numpy:
        encoder = SentenceTransformerEncoder(folders[name])
    model = reference(folders[name])
    for text, spans, found in zip(TEXTS, SPANS, encoder.passages(TEXTS, SPANS), strict=True):
        assert (found.dtype, found.shape[0]) == (np.float32, 1 + len(spans))
        exact = expected(model, text, spans)
        np.testing.assert_allclose(found, exact, atol=1e-3)
        if text.strip() or expected is late:
            assert np.sum(found * exact, axis=1).min() > 0.9999
    for text in TEXTS:
        exact = model.encode_query(text, normalize_embeddings=True)
        np.testing.assert_allclose(encoder.query(text), exact, atol=1e-3)


def test_the_tests_own_embedder_keeps_the_same_contract() -> None:
    """Row 0 is the text, and the sentences follow in order."""
    embedder = HashEmbedder()
    for text, spans, found in zip(
        TEXTS, SPANS, embedder.embed_passages(TEXTS, SPANS), strict=True
    ):
        texts = [text, *(text[start:end] for start, end in spans)]
        np.testing.assert_array_equal(found, [embedder.embed_query(one) for one in texts])


UNSUPPORTED: dict[str, tuple[str, dict[str, object]]] = {
    "another activation": ("config.json", {"hidden_act": "gelu_new"}),
    "another architecture": ("config.json", {"model_type": "roberta"}),
    "relative positions": ("config.json", {"position_embedding_type": "relative_key"}),
    "another pooling": ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
    "pooling without the prompt": ("1_Pooling/config.json", {"include_prompt": False}),
    "lower case": ("sentence_bert_config.json", {"do_lower_case": True}),
    "unknown setting": ("sentence_bert_config.json", {"model_args": {}}),
    "another tokenizer": ("tokenizer_config.json", {"tokenizer_class": "XLMRobertaTokenizer"}),
    "accents kept": ("tokenizer_config.json", {"strip_accents": False}),
    "no marks around a text": ("tokenizer.json", {"post_processor": None}),
    "further marks": ("tokenizer.json", {"added_tokens": []}),
    "truncated vectors": ("config_sentence_transformers.json", {"truncate_dim": 16}),
    "a default prompt": ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
    "other prompts": ("config_sentence_transformers.json", {"prompts": {"passage": "p: "}}),
}


@pytest.mark.parametrize("change", UNSUPPORTED)
def test_what_is_not_supported_exactly_is_left_to_sentence_transformers(
    folders: dict[str, Path], tmp_path: Path, change: str
) -> None:
    """No setting that could change a vector is overlooked."""
    folder = tmp_path / "model"
    shutil.copytree(folders["rebuilt"], folder)
    assert read_encoder(folder) is not None
    file, setting = UNSUPPORTED[change]
    write(folder / file, {**json.loads((folder / file).read_text()), **setting})
    assert read_encoder(folder) is None


def test_a_further_module_is_left_to_sentence_transformers(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    """A layer after pooling changes every vector."""
    folder = tmp_path / "model"
    shutil.copytree(folders["prompts"], folder)
    modules = json.loads((folder / "modules.json").read_text())
    modules.append({"idx": 3, "name": "3", "path": "3_Dense",
                    "type": "sentence_transformers.models.Dense"})
    write(folder / "modules.json", modules)
    assert read_encoder(folder) is None


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_damaged_model_is_named(folders: dict[str, Path], tmp_path: Path, file: str) -> None:
    """A file cut in half is an error about the model, not a traceback."""
    folder = tmp_path / "model"
    shutil.copytree(folders["prompts"], folder)
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: len(content) // 2])
    with pytest.raises(IndexUnusable, match="cannot be loaded"):
        ModelEmbedder(str(folder)).load()


def test_the_bundled_model_needs_no_torch() -> None:
    """A question is embedded without importing what takes seconds to import."""
    code = (
        "import sys; from index.embedding import ModelEmbedder; ModelEmbedder().load();"
        "print({'torch', 'transformers', 'sentence_transformers', 'sklearn'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")
