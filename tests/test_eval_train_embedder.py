"""`briefwijzer train-embedder`: training, adapting, and refusing a model that is not better."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

import eval.adapt
import eval.train_embedder
import index.training.adaptation
import index.training.build
import index.training.recipe
from eval.before_after import (
    CLOZE,
    Gold,
    Measured,
    Row,
    copy_index,
    measure,
    objections,
    rows_of,
)
from eval.cloze import asked_for, cloze_reciprocal_ranks
from eval.gold import load_gold
from eval.intervals import Interval
from eval.train_embedder import command
from eval.training_progress import Lines
from index.embedding import ModelEmbedder
from index.errors import TrainingImpossible
from index.synchronise import synchronise
from index.training.adaptation import Adaptation, PairDraws, adapt
from index.training.batches import passage_of
from index.training.excerpts import Excerpt, letters_of, read_excerpts
from tests.conftest import HashEmbedder, write_letter
from tests.training_material import (
    TINY,
    paragraph,
    use_own_files,
    write_material,
    write_own_files,
    write_teacher,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from click.testing import Result

QUICK = Adaptation(steps=3, passages=6, near=3, anchors=4, rate=1e-3, longest_text=32,
                   longest_passage=48)


class Place:
    """A folder with a model, letters and an index of them."""

    def __init__(self, place: Path) -> None:
        self.model = write_teacher(place / "model")
        self.own = write_own_files(place / "own")
        self.letters, self.index = place / "letters", place / "index"
        chance = random.Random(11)
        for number in range(4):
            parts = [paragraph(chance, 15) for _ in range(10)]
            write_letter(self.letters, f"brief-{number}.txt", *parts, kenmerk=f"{number}-2025")
        synchronise(self.index, [self.letters], ModelEmbedder(str(self.model)))
        self.gold = place / "gold"
        self.gold.mkdir()
        asked = read_excerpts(self.index)[3]
        quote = asked.text[slice(*asked.sentences[0])]
        question = {
            "id": "een", "type": "direct", "question": quote, "history": [], "language": "nl",
            "outcome": "answered", "answer": "", "note": "",
            "evidence": [[{"letter": "brief-0", "page": None, "quote": quote}]],
        }
        (self.gold / "a.jsonl").write_text(json.dumps(question), encoding="utf-8")

    def adapt(self, out: Path, *more: str) -> Result:
        """The outcome of the command."""
        arguments = ["--adapt", "--from", str(self.model), "--out", str(out), *more]
        return CliRunner().invoke(command, arguments, obj={"index": self.index})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Shared: never write to it."""
    return Place(tmp_path_factory.mktemp("adapting"))


@pytest.fixture
def _small(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    use_own_files(place.own, monkeypatch)
    monkeypatch.setattr(index.training.adaptation, "FEWEST", 10)
    monkeypatch.setattr(eval.adapt, "FEWEST_HELD_OUT", 2)
    monkeypatch.setattr(
        index.training.adaptation, "Adaptation",
        lambda seed, steps=3: replace(QUICK, seed=seed, steps=steps),
    )


def digest(folder: Path) -> dict[str, str]:
    """Every file of a folder by a hash; SQLite's own are left out."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.usefixtures("_small")
def test_an_accepted_model_is_written_and_its_use_explained(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its card; the index and the model that it began from stay as they are."""
    monkeypatch.setattr(eval.adapt, "objections", lambda rows: [])
    monkeypatch.setattr("eval.before_after.objections", lambda rows: [])
    before = digest(place.index), digest(place.model)
    done = place.adapt(tmp_path / "out", "--gold", str(place.gold))
    assert done.exit_code == 0, done.output
    assert f"BRIEFWIJZER_EMBEDDING_MODEL={tmp_path / 'out'}" in done.stdout
    for measure_name in (CLOZE, "evidence_4000", "Success@5", "RR@10"):
        assert measure_name in done.stdout
    assert (digest(place.index), digest(place.model)) == before
    assert "| cloze RR@10 |" in (tmp_path / "out" / "README.md").read_text("utf-8")
    old, new = ModelEmbedder(str(place.model)), ModelEmbedder(str(tmp_path / "out"))
    cosine = float(old.embed_query("water bodem") @ new.embed_query("water bodem"))
    assert 0.5 < cosine < 0.99999
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]
    assert "adaptation 3 of 3" in done.stderr


@pytest.mark.usefixtures("_small")
def test_a_model_that_is_not_better_is_refused(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 1, the figures and the reason are shown, and nothing is written."""
    monkeypatch.setattr(
        index.training.adaptation, "Adaptation", lambda seed, steps: replace(QUICK, rate=0.0)
    )
    done = place.adapt(tmp_path / "out", "--steps", "1")
    assert done.exit_code == 1
    assert CLOZE in done.stdout
    assert "refused, and nothing was written" in done.stderr
    assert "cloze RR@10 is not better" in done.stderr
    assert "no gold questions about these letters" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("_small")
def test_what_cannot_be_adapted_is_told(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No index, letters that lack, too few passages, an out folder in use."""
    arguments = ["--adapt", "--out", str(tmp_path / "out")]
    missing = CliRunner().invoke(command, arguments, obj={"index": tmp_path / "nowhere"})
    assert missing.exit_code == 3
    assert "there is no index" in missing.stderr
    own = place.adapt(tmp_path / "out", "--gold", str(eval.train_embedder._OWN_GOLD))
    assert own.exit_code == 3
    assert "lacks letters" in own.stderr
    monkeypatch.setattr(eval.adapt, "FEWEST_HELD_OUT", 1000)
    few = place.adapt(tmp_path / "out")
    assert few.exit_code == 1
    assert "too few to hold any out" in few.stderr
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file").touch()
    used = place.adapt(tmp_path / "out")
    assert used.exit_code == 1
    assert "not empty" in used.stderr
    monkeypatch.setattr(index.training.adaptation, "FEWEST", 1000)
    with pytest.raises(TrainingImpossible, match="at least 1000"):
        adapt(place.model, read_excerpts(place.index), QUICK, lambda *_: None)


@pytest.mark.usefixtures("_small")
def test_a_model_with_prompts_is_left_alone(place: Place, tmp_path: Path) -> None:
    """Its vectors would be adapted to texts that it is never given."""
    import shutil

    model = shutil.copytree(place.model, tmp_path / "prompts")
    path = model / "config_sentence_transformers.json"
    path.write_text(json.dumps({"prompts": {"query": "vraag: "}}), encoding="utf-8")
    with pytest.raises(TrainingImpossible, match="prompts"):
        adapt(model, read_excerpts(place.index), QUICK, lambda *_: None)


@pytest.mark.usefixtures("_small")
def test_adapting_is_repeatable_and_learns_the_letters(place: Place) -> None:
    """The same seed gives the same weights, and the loss goes down."""
    import torch

    excerpts = read_excerpts(place.index)
    losses: list[float] = []
    recipe = replace(QUICK, steps=30, nearness=0.0)
    first = adapt(place.model, excerpts, recipe, lambda *told: losses.append(told[3]))
    again = adapt(place.model, excerpts, recipe, lambda *_: None)
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    assert np.mean(losses[-8:]) < np.mean(losses[2:10])


def test_excerpts_are_the_passages_of_the_index(place: Place) -> None:
    """Text and sentences as they were read; a fixed share of them is held out."""
    excerpts = read_excerpts(place.index)
    assert len(excerpts) > 40
    assert letters_of(place.index) == {f"brief-{number}" for number in range(4)}
    whole = " ".join(path.read_text("utf-8") for path in place.letters.glob("*.txt"))
    for one in excerpts:
        for start, end in one.sentences:
            assert one.text[start:end] in whole
    many = [Excerpt(f"Passage {number}.", (), "", ()) for number in range(2000)]
    assert 0.17 < np.mean([one.is_held_out for one in many]) < 0.23


def test_draws_for_adapting_are_fair() -> None:
    """They depend on seed and step alone, a title's question leaves the title out, and what stands
    under the same title is no wrong answer."""
    chance = random.Random(5)
    excerpts = []
    for number in range(20):
        text = paragraph(chance, 8)
        excerpts.append(Excerpt(text, (f"Titel {number % 3}",), "Zaak", passage_of(text).sentences))
    near = np.array([[at for at in range(20) if at != own] for own in range(20)])
    recipe = replace(QUICK, titles=0.5)
    one, other = (PairDraws(excerpts, near, recipe) for _ in range(2))
    kinds: set[str] = set()
    for step in range(10):
        drawn, same = one.pairs(step), other.pairs(step)
        assert (drawn.questions, drawn.passages) == (same.questions, same.passages)
        assert len(drawn.questions) == len(drawn.passages) == 6
        assert not drawn.excluded.diagonal().any()
        for question, passage, row in zip(
            drawn.questions, drawn.passages, drawn.excluded, strict=True
        ):
            assert question not in passage.text
            if question == "Zaak":
                assert row.sum() == 5
            is_title = question.startswith("Titel")
            kinds.add("title" if is_title else "subject" if question == "Zaak" else "sentence")
            assert question in ("Zaak",) or is_title or not row.any()
    assert kinds == {"title", "subject", "sentence"}
    assert PairDraws(excerpts, near, replace(recipe, seed=2)).pairs(0).questions != one.pairs(
        0).questions


def test_cloze_by_an_exact_reference(place: Place) -> None:
    """RR@10 of whole plus best sentence, over held-out passages alone."""
    excerpts, embedder = read_excerpts(place.index), HashEmbedder()
    found = cloze_reciprocal_ranks(embedder, excerpts)
    asked = asked_for(excerpts)
    assert len(found) == len(asked) > 3
    assert all(one.is_held_out for one in asked)

    def score(query: Any, one: Excerpt) -> float:
        rows = embedder.embed_passages([one.shown], [one.shown_sentences()])[0]
        return float(rows[0] @ query + max(rows[1:] @ query, default=rows[0] @ query))

    for one, value in list(zip(asked, found, strict=True))[:3]:
        spans = one.askable()
        picked = [spans[at] for at in np.linspace(0, len(spans) - 1, min(3, len(spans))).round()
                  .astype(int)]
        ranks = []
        for span in picked:
            query = embedder.embed_query(one.text[slice(*span)])
            own = score(query, one.without(span))
            ranks.append(1 + sum(score(query, o) >= own for o in excerpts if o != one))
        assert value == pytest.approx(np.mean([1 / r if r <= 10 else 0 for r in ranks]))


def test_a_copied_index_gives_the_same_passages(place: Place, tmp_path: Path) -> None:
    """And can be embedded anew without the letters' files."""
    copy_index(place.index, tmp_path)
    report = synchronise(tmp_path, [], HashEmbedder())
    assert report.embedded == report.passages > 0
    assert read_excerpts(tmp_path) == read_excerpts(place.index)


def test_both_models_are_measured_through_the_system(place: Place) -> None:
    """The same model twice gives the same figures, and no difference."""
    gold = Gold(place.gold, load_gold(place.gold))
    excerpts = read_excerpts(place.index)
    one = measure(place.model, place.index, excerpts, gold)
    rows = rows_of(one, measure(place.model, place.index, excerpts, gold))
    assert [row.measure for row in rows] == [CLOZE, "evidence_4000", "Success@5", "RR@10"]
    assert all(row.difference.mean == 0 and row.before == row.after for row in rows)
    assert one.report is not None
    assert one.report["questions"][0]["rank_any"] is not None


def row(name: str, mean: float, p: float) -> Row:
    """A measure that went from a half by `mean`."""
    return Row(name, 0.5, 0.5 + mean, Interval(mean, mean - 0.1, mean + 0.1, p, 50))


@pytest.mark.parametrize(("rows", "faults"), [
    ([row(CLOZE, 0.1, 0.01)], []),
    ([row(CLOZE, 0.1, 0.01), row("RR@10", -0.1, 0.2), row("Success@5", 0.1, 0.0)], []),
    ([row(CLOZE, 0.1, 0.2)], ["cloze RR@10 is not better"]),
    ([row(CLOZE, -0.1, 0.0)], ["cloze RR@10 is not better"]),
    ([row(CLOZE, 0.0, 1.0)], ["cloze RR@10 is not better"]),
    ([row(CLOZE, 0.1, 0.01), row("RR@10", -0.1, 0.01)], ["RR@10 is worse"]),
    ([row(CLOZE, 0.1, 0.2), row("evidence_4000", -0.1, 0.0)],
     ["cloze RR@10 is not better", "evidence_4000 is worse"]),
], ids=str)
def test_the_verdict(rows: Sequence[Row], faults: list[str]) -> None:
    """Better by cloze beyond chance, and on no headline measure worse beyond chance."""
    found = objections(rows)
    assert [fault.split(":")[0] for fault in found] == faults


def test_figures_are_paired() -> None:
    """A gain that is small but the same everywhere counts, by its paired interval."""
    before = [n / 20 for n in range(20)]
    [found] = rows_of(Measured(before, None), Measured([v + 0.01 for v in before], None))
    assert found.difference.mean == pytest.approx(0.01)
    assert found.difference.low > 0


def test_training_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From files to a folder; the loss and the steps are shown as lines where no terminal is."""
    use_own_files(write_own_files(tmp_path / "own"), monkeypatch)
    monkeypatch.setattr(index.training.recipe, "Recipe", lambda seed: replace(TINY, seed=seed))
    arguments = ["--material", str(write_material(tmp_path / "material")),
                 "--teacher", str(write_teacher(tmp_path / "teacher")),
                 "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out"), "--seed", "3"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    assert "distillation 6 of 6, loss" in done.stderr
    assert "the model is written" in done.stdout
    assert ModelEmbedder(str(tmp_path / "out")).embed_query("water").shape == (16,)
    again = CliRunner().invoke(command, arguments)
    assert again.exit_code == 1
    assert "name a new folder" in again.stderr


def test_ctrl_c_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With exit status 130."""

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(index.training.build, "train", interrupted)
    done = CliRunner().invoke(command, [
        "--material", str(tmp_path), "--work", str(tmp_path / "work"), "--out", "x"
    ])
    assert done.exit_code == 130
    assert "The same command goes on from there" in " ".join(done.stderr.split())
    monkeypatch.setattr(eval.train_embedder, "_adapt", interrupted)
    done = CliRunner().invoke(command, ["--adapt", "--out", "x"])
    assert done.exit_code == 130
    assert "nothing was written" in done.stderr


@pytest.mark.parametrize(("arguments", "message"), [
    ([], "--material DIR (training files) or --adapt"),
    (["--material", "."], "needs --work"),
    (["--adapt", "--work", "x"], "--work cannot be used with --adapt"),
    (["--adapt", "--material", "."], "--material cannot be used with --adapt"),
    (["--material", ".", "--work", "x", "--steps", "3"], "--steps cannot be used with --material"),
    (["--steps", "3"], "--steps can only be used with --adapt"),
], ids=str)
def test_options_that_do_not_go_together(arguments: list[str], message: str) -> None:
    """Exit status 2, and what to say instead."""
    done = CliRunner().invoke(command, ["--out", "x", *arguments])
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_progress_in_lines_says_how_long_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """A line at the beginning, the end, and every half minute between."""
    moments = iter([0.0, 10.0, 31.0, 40.0, 50.0])
    lines = Lines(lambda: next(moments))
    for step in (0, 1, 2, 3, 4):
        lines.report("adaptation", step, 4, 0.5)
    assert capsys.readouterr().err.splitlines() == [
        "adaptation 0 of 4, loss 0.500",
        "adaptation 2 of 4, loss 0.500, about 31 s left",
        "adaptation 4 of 4, loss 0.500",
    ]
