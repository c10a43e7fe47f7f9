"""The vocabulary: word pieces of Dutch official prose, and of English for English questions.

A Unigram model (Kudo 2018, "Subword Regularization") over lower-cased text without diacritics.
Pieces carry no mark of a word's beginning, so that the parts of a compound are the very pieces
of those words: "vergunningverlening" is "vergunning", "verlening".
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.training.material import Translation, read_paragraphs

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Fewer may be a slip of the pen, or of a scanner.
_LEAST_OCCURRENCES = 20
_WORD = re.compile(r"\b[^\W\d_]{2,}\b")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_LONGEST_PIECE = 18
# Laws are most of the paragraphs, and repeat themselves.
_SHARE_OF_LAWS = 0.15
_DUTCH_REPEATS, _ENGLISH_REPEATS = 3, 4


def sample_of_paragraphs(folder: Path, seed: int) -> list[str]:
    """Headings and texts of paragraphs, only a share of the laws, shuffled."""
    chance = random.Random(seed)  # nosec B311 # draws a sample
    texts = [
        f"{heading} {text}"
        for source, heading, text in read_paragraphs(folder)
        if source != "law" or chance.random() < _SHARE_OF_LAWS
    ]
    chance.shuffle(texts)
    return texts


def _texts(paragraphs: Sequence[str], translations: Sequence[Translation]) -> Iterator[str]:
    yield from paragraphs
    for _ in range(_DUTCH_REPEATS):
        yield from (pair.dutch for pair in translations)
    for _ in range(_ENGLISH_REPEATS):
        yield from (pair.english for pair in translations)


def train_tokenizer(
    paragraphs: Sequence[str], translations: Sequence[Translation], size: int
) -> Tokenizer:
    """A tokenizer of `size` pieces that puts [CLS] and [SEP] around a text; the same at every
    call."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.UnigramTrainer(  # nosec B106 # tokens are pieces of words here
        vocab_size=size, special_tokens=list(SPECIAL), unk_token="[UNK]",
        max_piece_length=_LONGEST_PIECE, shrinking_factor=0.8, n_sub_iterations=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(paragraphs, translations), trainer)
    tokenizer = _in_fixed_order(tokenizer)
    first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", first), ("[SEP]", last)]
    )
    return tokenizer


def write_dutch_words(path: Path, tokenizer: Tokenizer, paragraphs: Sequence[str]) -> None:
    """Write as JSON the pieces that are words of the Dutch text by themselves, with their natural
    log probability among all its words: the pieces carry no mark of that."""
    counts: Counter[str] = Counter()
    for text in paragraphs:
        normalised = tokenizer.normalizer.normalize_str(text)
        counts.update(_WORD.findall(normalised))
    total = sum(counts.values())
    pieces = tokenizer.get_vocab()
    words = {
        word: round(math.log(count / total), 3)
        for word, count in sorted(counts.items())
        if count >= _LEAST_OCCURRENCES and word in pieces
    }
    path.write_text(json.dumps(words, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _in_fixed_order(tokenizer: Tokenizer) -> Tokenizer:
    """The trainer adds up scores in any order, so that their last digits, and with them the order
    of pieces that score the same, differ from run to run."""
    from tokenizers import Tokenizer

    content = json.loads(tokenizer.to_str())
    vocabulary = content["model"]["vocab"]
    pieces = [(piece, round(score, 9)) for piece, score in vocabulary[len(SPECIAL):]]
    pieces.sort(key=lambda entry: (-entry[1], entry[0]))
    content["model"]["vocab"] = [*vocabulary[: len(SPECIAL)], *pieces]
    return Tokenizer.from_str(json.dumps(content))
