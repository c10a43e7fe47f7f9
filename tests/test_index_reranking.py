"""A cross-encoder over the best passages: its scores, the order that comes of them, what it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.embedded import embedded_text
from index.errors import IndexUnusable
from index.filters import Filters
from index.live import LiveIndex
from index.query import make_query
from index.reranking import RERANKED, blend, open_reranker
from index.search import Hit, search
from index.snapshot import Snapshot, load_active
from service.contract import AskRequest, SearchRequest
from service.library import LettersLibrary
from tests.conftest import CORPUS, HashEmbedder
from tests.test_service_commands import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

QUESTION = "Wat zegt de Gezondheidsraad over het exposoom?"
EVERYTHING = 1000


class FakeReranker:
    """Scores by a function of the text, and remembers what it was asked."""

    def __init__(self, judge: Callable[[str], float]) -> None:
        self.judge = judge
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """The judgement of each text."""
        self.asked.append((question, list(texts)))
        return np.array([self.judge(text) for text in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small cross-encoder with random weights."""
    return write_model(tmp_path_factory.mktemp("model"), labels=1)


def write_model(folder: Path, labels: int | None) -> Path:
    """A small BERT in `folder`, with a head of so many labels, or none at all."""
    import torch
    from tokenizers.implementations import BertWordPieceTokenizer
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertModel,
        BertTokenizerFast,
    )

    letter = next(iter(sorted(CORPUS.glob("*.txt")))).read_text(encoding="utf-8")
    tokenizer = BertWordPieceTokenizer()
    tokenizer.train_from_iterator([letter], vocab_size=1500, show_progress=False)
    tokenizer.save_model(str(folder))
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2,
        num_attention_heads=4, intermediate_size=64, max_position_embeddings=128,
        initializer_range=0.5, **({} if labels is None else {"num_labels": labels}),
    )
    torch.manual_seed(7)
    kind = BertModel if labels is None else BertForSequenceClassification
    kind(config).save_pretrained(folder)
    return folder


def found(
    snapshot: Snapshot, reranker: FakeReranker | None, *, top_k: int = EVERYTHING,
    named: Sequence[int] = (),
) -> list[Hit]:
    """What a search gives, after checking what holds of every search."""
    hits = search(
        snapshot, HashEmbedder(), make_query(QUESTION), filters=Filters(), top_k=top_k,
        named=named, reranker=reranker,
    ).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    return hits


def ids(hits: Sequence[Hit]) -> list[str]:
    """The passages, in order."""
    return [hit.passage.passage_id for hit in hits]


@pytest.fixture(scope="module")
def snapshot(corpus_hash_index: Path) -> Snapshot:
    """The corpus."""
    return load_active(corpus_hash_index)


# The cross-encoder


def test_scores_are_those_of_sentence_transformers(folder: Path) -> None:
    """Each text gets what `CrossEncoder.predict` gives it, in the order given, however long."""
    from sentence_transformers import CrossEncoder

    texts = [f"Alinea {number} over drinkwater" + " en de bodem" * number for number in range(70)]
    scores = open_reranker(str(folder)).scores(QUESTION, texts)
    reference = CrossEncoder(str(folder), device="cpu")
    expected = [float(reference.predict((QUESTION, text))) for text in texts]
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    assert np.ptp(scores) > 0.01


def test_a_saved_cross_encoder_is_one(folder: Path, tmp_path: Path) -> None:
    """The layout that sentence-transformers writes now scores as the plain folder does."""
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(folder), device="cpu").save_pretrained(str(tmp_path))
    assert (tmp_path / "modules.json").exists()
    texts = ["Een.", "Twee, en nog wat."]
    np.testing.assert_allclose(
        open_reranker(str(tmp_path)).scores(QUESTION, texts),
        open_reranker(str(folder)).scores(QUESTION, texts), atol=1e-6,
    )


def test_eight_threads_get_the_scores_that_one_gets(folder: Path) -> None:
    """Questions that are judged at the same time do not mix."""
    reranker = open_reranker(str(folder))
    batches = [[f"Tekst {number}" + " bodem" * (number + at) for at in range(5)]
               for number in range(16)]
    expected = [reranker.scores(QUESTION, texts) for texts in batches]
    with ThreadPoolExecutor(8) as pool:
        scores = list(pool.map(lambda texts: reranker.scores(QUESTION, texts), batches))
    np.testing.assert_allclose(np.stack(scores), np.stack(expected), atol=1e-6)


# What is not a cross-encoder


@pytest.mark.parametrize("model", ["/no/such/folder", "./no-such-folder", "no such model"])
def test_a_model_that_is_not_there_is_named(model: str) -> None:
    """The message says what to give instead."""
    with pytest.raises(IndexUnusable, match=r"the cross-encoder .* give the folder"):
        open_reranker(model)


def test_a_hub_model_without_a_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off line, a cross-encoder that was never downloaded gives advice and no traceback."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(IndexUnusable, match="the cross-encoder 'nobody/never-downloaded' is no"):
        open_reranker("nobody/never-downloaded")


def test_an_embedding_model_is_no_cross_encoder(tmp_path: Path) -> None:
    """It would be given a head of random weights, and shuffle the passages in silence."""
    from sentence_transformers import SentenceTransformer

    plain = tmp_path / "plain"
    plain.mkdir()
    write_model(plain, labels=None)
    SentenceTransformer(str(plain), device="cpu").save(str(tmp_path / "saved"))
    (tmp_path / "empty").mkdir()
    for name in ("plain", "saved", "empty"):
        with pytest.raises(IndexUnusable, match="is no cross-encoder: give the folder"):
            open_reranker(str(tmp_path / name))


def test_a_classifier_of_several_labels_is_refused(tmp_path: Path) -> None:
    """Which of its labels would be the score, nobody said."""
    with pytest.raises(IndexUnusable, match="one score per pair"):
        open_reranker(str(write_model(tmp_path, labels=3)))


def test_damaged_weights_are_named(folder: Path, tmp_path: Path) -> None:
    """A download that was cut off is an error about the model, at once."""
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    (damaged / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(IndexUnusable, match="cannot be loaded"):
        open_reranker(str(damaged))


# The order


def test_the_mean_of_both_on_one_scale() -> None:
    """The cross-encoder's scores are stretched over the range of the others, and both averaged."""
    fused = np.array([0.8, 0.6, 0.4], dtype=np.float32)
    judged = np.array([-4.0, 6.0, 1.0], dtype=np.float32)
    nobody = np.zeros(3, dtype=bool)
    expected = [(0.8 + 0.4) / 2, (0.6 + 0.8) / 2, (0.4 + 0.6) / 2]
    np.testing.assert_allclose(blend(fused, judged, nobody), expected, atol=1e-6)
    np.testing.assert_array_equal(blend(fused, np.ones(3, dtype=np.float32), nobody), fused)


def test_named_letters_are_judged_among_themselves() -> None:
    """However well the cross-encoder likes another letter, the one that is named stays above."""
    fused = np.array([0.9, 0.7, 0.5, 0.3], dtype=np.float32)
    judged = np.array([0.0, 1.0, 10.0, 20.0], dtype=np.float32)
    is_named = np.array([True, True, False, False])
    np.testing.assert_allclose(
        blend(fused, judged, is_named), [0.8, 0.8, 0.4, 0.4], atol=1e-6
    )


def test_without_a_reranker_nothing_changes(snapshot: Snapshot) -> None:
    """One that likes all passages alike leaves passages and scores as they are without it."""
    plain = found(snapshot, None)
    assert found(snapshot, FakeReranker(lambda _: 3.0)) == plain
    assert len(plain) > RERANKED


def test_the_best_are_reordered_and_the_rest_stays_below(snapshot: Snapshot) -> None:
    """Of the best fifty each has the mean of both scores; from there on the order is the old."""
    plain = found(snapshot, None)
    judge = FakeReranker(lambda text: -float(len(text)))
    hits = found(snapshot, judge)
    best = plain[:RERANKED]
    texts = [
        embedded_text(hit.letter.metadata.subject or "", hit.passage.section, hit.passage.text)
        for hit in best
    ]
    assert judge.asked == [(make_query(QUESTION).text, texts)]
    fused = np.array([hit.score for hit in best])
    judged = -np.array([len(text) for text in texts], dtype=np.float64)
    share = (judged - judged.min()) / np.ptp(judged)
    expected = (fused + fused.min() + share * np.ptp(fused)) / 2
    order = np.argsort(-expected, kind="stable")
    assert ids(hits[:RERANKED]) == [best[at].passage.passage_id for at in order]
    np.testing.assert_allclose(
        [hit.score for hit in hits[:RERANKED]], expected[order], atol=1e-6
    )
    assert ids(hits) != ids(plain)
    assert ids(hits[RERANKED:]) == ids(plain[RERANKED:])


@pytest.mark.parametrize("top_k", [1, 8, 60])
def test_the_order_does_not_depend_on_how_many_are_asked_for(
    snapshot: Snapshot, top_k: int
) -> None:
    """Fifty are judged for one passage too, so that page 1 of a longer list is the shorter one."""
    judge = FakeReranker(lambda text: -float(len(text)))
    assert found(snapshot, judge, top_k=top_k) == found(snapshot, judge)[:top_k]
    assert [len(texts) for _, texts in judge.asked] == [RERANKED] * 2


def test_passages_of_named_letters_stay_first(snapshot: Snapshot) -> None:
    """A reranker that dislikes the letter that is named cannot move it down."""
    # A short one, so that passages of other letters are among the best fifty too.
    at = int(np.argmin(np.bincount(snapshot.letter_of)))
    own = snapshot.letters[at]
    about = (own.metadata.subject or "")[:80]
    judge = FakeReranker(lambda text: -float(text.startswith(about)) - len(text) / 1000)
    is_own = [hit.letter is own for hit in found(snapshot, judge, named=[at])]
    assert 0 < sum(is_own) < RERANKED
    assert is_own == sorted(is_own, reverse=True)
    judged = [judge.judge(text) for text in judge.asked[0][1]]
    assert max(judged[: sum(is_own)]) < max(judged[sum(is_own) :])


# The service


def test_the_passage_that_the_reranker_prefers_comes_first(corpus_hash_index: Path) -> None:
    """Over the library: in a search and in an answer, as long as it is among the best fifty."""
    index = LiveIndex(corpus_hash_index, make_embedder=lambda _: HashEmbedder())
    searched = SearchRequest(question=QUESTION, top_k=5)
    second = LettersLibrary(index).search(searched, "r").passages[1].text
    judge = FakeReranker(lambda text: float(text.endswith(second)))
    library = LettersLibrary(index, reranker=judge)
    assert library.search(searched, "r").passages[0].text == second
    asked = AskRequest(question=QUESTION, top_k=5, debug=True)
    assert library.ask(asked, "r").passages[0].text == second
    index.close()


def test_unset_no_cross_encoder_is_looked_for(corpus_index: Path) -> None:
    """A question without one starts as quickly as before: no PyTorch is loaded."""
    code = (
        "import sys; from pathlib import Path; from service.library import open_library\n"
        "from service.contract import AskRequest\n"
        f"library = open_library(Path({str(corpus_index)!r}), reranker='')\n"
        f"library.ask(AskRequest(question={QUESTION!r}), 'r')\n"
        "print([name for name in ('torch', 'sentence_transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


COMMANDS = [["ask", QUESTION], ["search", QUESTION], ["serve", "--port", "0"],
            ["eval", "--limit", "1"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_wrong_folder_is_refused_at_the_start(
    command: list[str], corpus_index: Path, tmp_path: Path
) -> None:
    """Exit 3 with what to do, before any question is answered or any address listened on."""
    done = run(*command, index=corpus_index, BRIEFWIJZER_RERANKER=str(tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
    assert f"the model in {tmp_path} is no cross-encoder" in " ".join(done.stderr.split())
    letters = run("letters", index=corpus_index, BRIEFWIJZER_RERANKER=str(tmp_path))
    assert letters.returncode == 0


def test_the_setting_is_followed(corpus_index: Path, folder: Path) -> None:
    """`briefwijzer search` with the cross-encoder gives the order of the library with it."""
    done = run("search", "--json", "--top-k", "20", QUESTION, index=corpus_index,
               BRIEFWIJZER_RERANKER=str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    shown = [passage["passage_id"] for passage in json.loads(done.stdout)["passages"]]
    index = LiveIndex(corpus_index)
    request = SearchRequest(question=QUESTION, top_k=20)
    with_it = LettersLibrary(index, reranker=open_reranker(str(folder))).search(request, "r")
    assert shown == [passage.passage_id for passage in with_it.passages]
    plain = LettersLibrary(index).search(request, "r").passages
    assert shown != [passage.passage_id for passage in plain]
