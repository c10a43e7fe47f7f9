"""A language of forty words with its translation: training material, a teacher and letters that
take seconds."""

from __future__ import annotations

import gzip
import json
import random
from typing import TYPE_CHECKING

from index import thesaurus
from index.training import material
from index.training.recipe import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DUTCH = """water bodem lucht fabriek vergunning verlening toezicht houder meting rapport gemeente
provincie burger overlast uitstoot norm grens waarde onderzoek advies kamer brief minister staat
veiligheid gezondheid stof afval haven schip geluid buurt school kind arts ziekte beleid plan doel
regel""".split()
ENGLISH = """water soil air factory permit granting oversight keeper reading report municipality
province citizen nuisance emission standard limit value study advice chamber letter minister state
safety health substance waste harbour ship noise district school child doctor illness policy plan
aim rule""".split()

TINY = Recipe(
    vocabulary=300, layers=(0, 1), distillation_steps=6, question_steps=6, translations=8,
    translations_beside=4, passages=4, near=3, questions=2, cloze=2, longest_text=32,
    longest_passage=48,
)


def sentence(chance: random.Random, words: int = 5) -> tuple[str, str]:
    """A Dutch sentence and its translation, word for word."""
    chosen = [chance.randrange(len(DUTCH)) for _ in range(words)]
    dutch = " ".join(DUTCH[at] for at in chosen)
    english = " ".join(ENGLISH[at] for at in chosen)
    return f"{dutch.capitalize()}.", f"{english.capitalize()}."


def paragraph(chance: random.Random, sentences: int = 4) -> str:
    """Dutch sentences, one after the other."""
    return " ".join(sentence(chance)[0] for _ in range(sentences))


def compounds(first: str) -> str:
    """Words that begin with this one: only what occurs in several words becomes a piece."""
    return " ".join(first + second for second in DUTCH[::5])


def pack(path: Path, lines: list[str]) -> None:
    """Write lines as gzip."""
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))


def write_material(folder: Path) -> Path:
    """The files of a training folder."""
    folder.mkdir(parents=True)
    chance = random.Random(3)
    pairs = ["\t".join(("tatoeba", *sentence(chance))) for _ in range(200)]
    pack(folder / "parallel.tsv.gz", pairs)
    words = zip(DUTCH, ENGLISH, strict=True)
    pack(folder / "word-relations.tsv.gz",
         [f"freedict_nld_eng_dict\t{dutch}\t{english}" for dutch, english in words])
    pack(folder / "paragraphs.jsonl.gz", [
        json.dumps({"source": "prog", "heading": compounds(word), "text": paragraph(chance)})
        for word in DUTCH
    ])
    return folder


def write_own_files(folder: Path) -> Path:
    """What stands for the project's own questions and lexicon."""
    folder.mkdir(parents=True)
    chance = random.Random(4)
    passages = [paragraph(chance, 3) for _ in range(12)]
    pack(folder / "questions.jsonl.gz", [
        json.dumps({"passage": text, "questions": [text.split(".")[0] + "?", text.split(".")[1]]})
        for text in passages
    ])
    pack(folder / "lexicon.txt.gz", ["fabriek|haven|=factory", "brief|rapport|=letter|=report"])
    return folder


def use_own_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files of `write_own_files` stand for the project's own."""
    monkeypatch.setattr(material, "QUESTIONS", folder / "questions.jsonl.gz")
    monkeypatch.setattr(thesaurus, "LEXICON", folder / "lexicon.txt.gz")


def write_teacher(folder: Path, hidden: int = 16) -> Path:
    """A BERT encoder of random weights that reads the English words."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel

    from index.training.student import save

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", *dict.fromkeys(ENGLISH)]
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(5)
    model = BertModel(BertConfig(
        vocab_size=len(pieces), hidden_size=hidden, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, initializer_range=0.3,
    ), add_pooling_layer=False)
    save(model, tokenizer, folder)
    return folder
