"""The parts of training: material, vocabulary, alignment, batches, losses, the rate."""

from __future__ import annotations

import gzip
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index import thesaurus
from index.errors import TrainingImpossible
from index.training import material
from index.training.alignment import input_embeddings, translation_probabilities, word_vectors
from index.training.batches import Draws, nearest, passage_of
from index.training.excerpts import Excerpt
from index.training.losses import distillation_loss, nearness_loss, question_loss
from index.training.material import Questioned, Translation
from index.training.reader import piece_spans
from index.training.trainer import rate_at
from index.training.vocabulary import train_tokenizer
from tests.training_material import (
    DUTCH,
    ENGLISH,
    compounds,
    pack,
    paragraph,
    sentence,
    write_material,
    write_teacher,
)

if TYPE_CHECKING:
    from pathlib import Path


def translations(count: int) -> list[Translation]:
    """Sentences of the small language."""
    chance = random.Random(1)
    return [Translation(*sentence(chance), 1.0) for _ in range(count)]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """A vocabulary of the small language, with its words and their parts."""
    chance = random.Random(2)
    paragraphs = [f"{compounds(word)} {paragraph(chance)}" for word in DUTCH * 3]
    return train_tokenizer(paragraphs, translations(200), 300)


def test_the_projects_own_files_have_their_form() -> None:
    """Every passage and paragraph has questions; every entry of the lexicon both languages."""
    own, by_key = material.read_own_questions()
    assert all(one.passage and one.questions and all(one.questions) for one in own)
    assert all(len(key) == 10 and int(key, 16) >= 0 for key in by_key)
    assert all(questions and all(questions) for questions in by_key.values())
    text = material.own_file(thesaurus.LEXICON)
    entries = list(thesaurus.read_lexicon(text))
    assert len(entries) > 0.95 * len(text.splitlines())
    assert "\t" not in text


@pytest.mark.parametrize("name", ["parallel.tsv.gz", "paragraphs.jsonl.gz"])
@pytest.mark.parametrize("damage", ["missing", "empty", "no gzip", "cut off", "wrong", "no lines"])
def test_damaged_material_is_named(tmp_path: Path, name: str, damage: str) -> None:
    """Whatever is the matter with a file, the message names it."""
    folder = write_material(tmp_path / "material")
    path = folder / name
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes({
            "empty": b"", "no gzip": b"PK", "cut off": whole[: len(whole) // 2],
            "wrong": gzip.compress(b'{"source": "prog"}\n'), "no lines": gzip.compress(b""),
        }[damage])
    read = list if name.startswith("paragraphs") else None
    with pytest.raises(TrainingImpossible, match=name):
        read(material.read_paragraphs(folder)) if read else material.read_translations(folder)


def test_questions_find_their_paragraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the key of its text; a key that the folder lacks is passed over."""
    folder = write_material(tmp_path / "material")
    text = next(text for _, _, text in material.read_paragraphs(folder))
    rows = [
        {"paragraph": material.paragraph_key(text), "questions": ["Waarom?"]},
        {"paragraph": "0000000000", "questions": ["Wie?"]},
    ]
    pack(tmp_path / "questions.jsonl.gz", [str(row).replace("'", '"') for row in rows])
    monkeypatch.setattr(material, "QUESTIONS", tmp_path / "questions.jsonl.gz")
    assert material.read_questioned(folder) == [Questioned(text, ("Waarom?",))]


def test_a_compound_is_split_into_words_that_are_known(tokenizer: Any) -> None:
    """Its parts are the very pieces of those words, without a mark of where a word begins."""
    assert tokenizer.encode("Vergunningverlening", add_special_tokens=False).tokens == [
        "vergunning", "verlening"
    ]
    assert tokenizer.encode("vergúnning").tokens == ["[CLS]", "vergunning", "[SEP]"]


def test_translations_are_found(tokenizer: Any, tmp_path: Path) -> None:
    """In a parallel corpus without a dictionary, each word gets its own translation's vector."""
    import torch
    from tokenizers import Tokenizer

    from index.training.student import read_weights

    teacher = write_teacher(tmp_path / "teacher")
    weights = read_weights(teacher)["embeddings.word_embeddings.weight"].numpy()
    english = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    rows = [(one.dutch, one.english, one.weight) for one in translations(300)]
    chance = random.Random(6)
    paragraphs = [paragraph(chance) for _ in range(50)]
    found = input_embeddings(tokenizer, english, weights, rows, paragraphs, seed=1)
    assert found.shape == (tokenizer.get_vocab_size(), weights.shape[1])
    assert np.isfinite(found).all()
    unit = torch.nn.functional.normalize(torch.tensor(found), dim=1).numpy()
    targets = weights / np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-9)
    right = 0
    for dutch, word in zip(DUTCH, ENGLISH, strict=True):
        piece = tokenizer.token_to_id(dutch)
        if piece is not None:
            right += int(np.argmax(targets @ unit[piece]) == english.token_to_id(word))
    assert right > 0.8 * len(DUTCH)
    stop = tokenizer.token_to_id("."), english.token_to_id(".")
    np.testing.assert_array_equal(found[stop[0]], weights[stop[1]])


def test_translation_probabilities_are_those_of_the_pairs() -> None:
    """The classic example: das Haus, das Buch, ein Buch. Each row sums to one."""
    pairs = [(np.array(s), np.array(t)) for s, t in (([0, 1], [0, 1]), ([0, 2], [0, 2]),
                                                     ([3, 2], [3, 2]))]
    weights = np.ones(3, dtype=np.float32)
    probabilities, counts = translation_probabilities(pairs, weights, (5, 4))
    dense = probabilities.toarray()
    assert dense[:4].argmax(axis=1).tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(dense[:4].sum(axis=1), 1)
    assert dense[4].sum() == counts[4] == 0
    assert (counts[:4] > 0).all()


def test_words_in_the_same_company_have_near_vectors() -> None:
    """Pieces 0 and 1 stand between the same others, piece 2 elsewhere."""
    sequences = [[5, 0, 6], [5, 1, 6], [7, 2, 8]] * 10
    vectors, counts = word_vectors(sequences, 10, seed=1)
    assert vectors[0] @ vectors[1] > 0.9 > vectors[0] @ vectors[2]
    assert counts[:3].tolist() == [10, 10, 10]


def draws(seed: int) -> Draws:
    """Draws over the small language."""
    chance = random.Random(8)
    questioned = [Questioned(paragraph(chance), ("Wat?", f"Waar {n}?")) for n in range(30)]
    return Draws(seed, translations(400), questioned, [paragraph(chance, 5) for _ in range(20)])


def test_what_is_drawn_depends_on_seed_and_step_alone() -> None:
    """The same draws in another order, by another object; others with another seed or step."""
    one, other = draws(1), draws(1)
    for draw in (one, other):
        draw.near = nearest(np.eye(30, dtype=np.float32))
    later = one.asked(5, 6, 3, 2, 2)
    assert one.asked(4, 6, 3, 2, 2) == other.asked(4, 6, 3, 2, 2)
    assert other.asked(5, 6, 3, 2, 2) == later != other.asked(4, 6, 3, 2, 2)
    assert draws(2).asked(5, 6, 3, 2, 2) != later
    chosen = one.translations_of(40, 8, 1)
    np.testing.assert_array_equal(chosen, other.translations_of(40, 8, 1))
    assert (chosen != draws(2).translations_of(40, 8, 1)).any()
    assert (chosen != one.translations_of(40, 8, 2)).any()


def test_a_batch_is_alike_in_length() -> None:
    """The lengths in one batch lie closer than those of all translations."""
    one = draws(1)
    lengths = np.array([len(pair.dutch) for pair in one.translations])
    spread = [np.ptp(lengths[one.translations_of(step, 8, 1)]) for step in range(16)]
    assert np.mean(spread) < 0.2 * np.ptp(lengths)


def test_part_of_the_passages_lie_near_each_other() -> None:
    """Of six, three are of one neighbourhood where neighbourhoods are known."""
    one = draws(1)
    vectors = np.repeat(np.eye(10, dtype=np.float32), 3, axis=0)
    one.near = nearest(vectors)[:, :2]
    for step in range(10):
        texts = [passage.text for passage in one.asked(step, 6, 3, 2, 0).passages]
        places = [at for at, item in enumerate(one.questioned) if item.passage in texts]
        assert len(places) == 6
        assert max(np.bincount(np.array(places) // 3)) == 3


def test_a_question_belongs_to_its_passage_and_a_cloze_is_taken_out_of_it() -> None:
    """No question stands in its own passage, and every answer is a passage of the batch."""
    one = draws(1)
    for step in range(20):
        asked = one.asked(step, 4, 2, 2, 4)
        assert max(asked.answers) < len(asked.passages)
        for question, answer in zip(asked.questions, asked.answers, strict=True):
            assert question not in asked.passages[answer].text
        for passage in asked.passages:
            assert all(0 <= a < b <= len(passage.text) for a, b in passage.sentences)


def test_the_nearest_are_the_nearest_others() -> None:
    """By an exact reference."""
    vectors = np.random.default_rng(1).standard_normal((80, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    np.testing.assert_array_equal(nearest(vectors), np.argsort(-similar, axis=1)[:, :60])


def test_a_perfect_model_loses_less_than_a_random_one() -> None:
    """In every loss; and a twin of the right answer is no mistake."""
    import torch
    from torch.nn.functional import normalize

    torch.manual_seed(1)
    right = normalize(torch.randn(8, 16), dim=1)
    wrong = normalize(torch.randn(8, 16), dim=1)
    assert distillation_loss(right, right, 20) < 0.3 < distillation_loss(wrong, right, 20)
    twice = torch.cat([right, right])
    torch.testing.assert_close(
        distillation_loss(twice, twice, 20), distillation_loss(right, right, 20)
    )
    owner, answers = torch.arange(8)[None], torch.arange(8)
    good = question_loss(right, right, right, owner, answers, 20)
    assert good < 0.3 < question_loss(wrong, right, right, owner, answers, 20)
    swapped = right[[1, 0, *range(2, 8)]]
    excluded = torch.zeros(8, 8, dtype=torch.bool)
    bad = question_loss(swapped, right, right, owner, answers, 20, excluded)
    excluded[0, 1] = excluded[1, 0] = True
    assert question_loss(swapped, right, right, owner, answers, 20, excluded) < bad
    assert nearness_loss(right, right) < 1e-5 < nearness_loss(wrong, right)


def test_the_best_sentence_counts() -> None:
    """A passage of which one sentence answers is as good as one that answers as a whole."""
    import torch

    unit = torch.eye(4)
    owner = torch.tensor([[0, 0, 1, 1]])
    answers = torch.tensor([0])
    passages = torch.stack([unit[3], unit[3]])
    sentences = torch.stack([unit[1], unit[0], unit[1], unit[2]])
    found = question_loss(unit[:1], passages, sentences, owner, answers, 20)
    assert float(found) == pytest.approx(np.log(2), abs=1e-3)


def test_the_rate_rises_and_then_falls() -> None:
    """A linear warm-up over a twentieth of the steps, then down to a twentieth of the rate."""
    rates = [rate_at(step, 200) for step in range(200)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == 1
    assert all(a > b for a, b in pairwise(rates[9:]))
    assert rates[-1] == pytest.approx(0.05)
    assert rate_at(0, 1) == pytest.approx(0.05)


def test_pieces_of_a_sentence() -> None:
    """Those that lie within it; a sentence that was cut off has none."""
    offsets = [(0, 0), (0, 3), (3, 4), (5, 8), (8, 9), (0, 0)]
    assert piece_spans(offsets, [(0, 4), (5, 9), (10, 20)]) == [(1, 3), (3, 5)]


def test_a_passage_without_a_sentence_taken_out() -> None:
    """The text no longer holds it, and the spans of the others still fit."""
    text = "Eerste zin over het water van de haven. Tweede zin over geluid in de buurt. Derde zin."
    whole = Excerpt(text, ("Titel",), "", passage_of(text).sentences)
    assert whole.askable() == list(whole.sentences[:2])
    for taken in whole.sentences:
        rest = whole.without(taken)
        assert text[slice(*taken)] not in rest.text
        left = [text[slice(*span)] for span in whole.sentences if span != taken]
        assert [rest.text[slice(*span)] for span in rest.sentences] == left
        assert [rest.shown[slice(*span)] for span in rest.shown_sentences()] == left
        assert rest.shown == f"Titel\n{rest.text}"
