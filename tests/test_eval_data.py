"""Outside sets through the same harness: convert, ingest, ask, and figures worked out by hand."""

from __future__ import annotations

import importlib
import json
import pkgutil
import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

import eval.data
from eval.data import beir, faq
from eval.data.writing import DataError, Document, OutsideSet, Query, sentences, write_set
from eval.gold import load_gold, load_held_out, load_kenmerken
from eval.questions import Examiner, examine_all
from eval.report import build_report
from eval.systems import InProcess
from index.live import LiveIndex
from index.synchronise import synchronise
from service.library import LettersLibrary
from tests.conftest import HashEmbedder

if TYPE_CHECKING:
    from pathlib import Path

BIKES = "Een fietser draagt een helm in het verkeer. De boete voor rijden zonder lamp is hoog."
BREAD = "De bakker verkoopt brood van speltmeel. Zijn winkel sluit op zondag om twaalf uur."

CONVERTERS = sorted(m.name for m in pkgutil.iter_modules(eval.data.__path__) if m.name != "writing")


def beir_folder(folder: Path) -> Path:
    """Two documents; three judged queries, one not judged, and one judged not relevant."""
    corpus = [
        {"_id": "MED-10", "title": "Fietsen", "text": BIKES},
        {"_id": "bread", "title": "", "text": BREAD, "metadata": {}},
    ]
    queries = [
        {"_id": "first", "text": "Welke helm draagt een fietser?"},
        {"_id": "second", "text": "Welke boete krijgt een fietser zonder lamp?"},
        {"_id": "both", "text": "Wanneer sluit de winkel van de bakker?"},
        {"_id": "unjudged", "text": "Wat kost een brood?"},
        {"_id": "irrelevant", "text": "Wat kost een lamp?"},
    ]
    # The second is labelled with the document that does not hold its words.
    qrels = "query-id\tcorpus-id\tscore\nfirst\tMED-10\t1\nsecond\tbread\t2\n"
    qrels += "both\tbread\t1\nboth\tMED-10\t1\nirrelevant\tbread\t0\n"
    (folder / "qrels").mkdir(parents=True)
    for name, records in (("corpus", corpus), ("queries", queries)):
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def faq_file(folder: Path) -> Path:
    """Two questions with one answer, one with another, and one without; as Excel writes it."""
    rows = [
        "id;question;answer;title;team",
        f'a;Welke helm draagt een fietser?;"{BIKES}";Fietsen;x',
        f'b;Welke boete krijg ik zonder lamp?;"{BIKES}";Fietsen;x',
        f'c;Wanneer sluit de winkel van de bakker?;"{BREAD}";;y',
        "d;Hoe laat gaat de maan onder?;;;z",
    ]
    folder.mkdir(parents=True)
    (folder / "faq.csv").write_text("\ufeff" + "\r\n".join(rows) + "\r\n", encoding="utf-8")
    return folder / "faq.csv"


SOURCES = {"beir": beir_folder, "faq": faq_file}


def run(converted: Path) -> dict[str, Any]:
    """The report over a converted set, ingested with the embedder that needs no model."""
    ingested = synchronise(converted / "index", [converted / "letters"], HashEmbedder())
    assert not ingested.failed
    index = LiveIndex(converted / "index", make_embedder=lambda _: HashEmbedder())
    gold = converted / "gold"
    examiner = Examiner(
        InProcess(LettersLibrary(index)),
        load_kenmerken(gold),
        held_out=load_held_out(gold),
        letters_out=True,
    )
    return build_report(list(examine_all(examiner, load_gold(gold))))


@pytest.mark.parametrize("name", CONVERTERS)
def test_every_converter_gives_a_set_that_can_be_asked(name: str, tmp_path: Path) -> None:
    """A new converter is one file with `read`; its set is ingested and asked without a fault."""
    read = importlib.import_module(f"eval.data.{name}").read
    outside = read(SOURCES[name](tmp_path / "source"))
    assert [document.text.strip() for document in outside.documents] == [BIKES, BREAD]
    write_set(outside, tmp_path / "set", "nl")
    report = run(tmp_path / "set")
    assert report["summary"]["overall"]["passages_verbatim"] == 1
    assert report["summary"]["overall"]["questions"] == len(outside.queries)


def test_figures_of_a_beir_set_by_hand(tmp_path: Path) -> None:
    """Found at ranks 1, 2 and 1 of two documents: hit@1 2/3, MRR (1 + 1/2 + 1) / 3."""
    write_set(beir.read(beir_folder(tmp_path / "source")), tmp_path / "set", "nl")
    report = run(tmp_path / "set")
    ranks = {record["id"]: record["rank_any"] for record in report["questions"]}
    assert ranks == {"both": 1, "first": 1, "second": 2}
    figures = report["summary"]["overall"]
    assert figures["Success@1"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["Success@3"] == figures["evidence_4000"] == 1
    assert figures["RR@10"] == pytest.approx(2.5 / 3, abs=1e-6)
    assert report["summary"]["abstention"]["letter taken out"]["questions"] == 2


def test_figures_of_a_faq_by_hand(tmp_path: Path) -> None:
    """Three of four are answerable and found first; the one without an answer is unanswerable."""
    write_set(faq.read(faq_file(tmp_path / "source")), tmp_path / "set", "nl")
    report = run(tmp_path / "set")
    assert [(r["id"], r["rank_any"]) for r in report["questions"]] == [
        ("a", 1), ("b", 1), ("c", 1), ("d", None)
    ]
    figures = report["summary"]["overall"]
    assert (figures["questions"], figures["Success@1"], figures["RR@10"]) == (4, 1, 1)
    assert report["summary"]["abstention"]["unanswerable"]["questions"] == 1


def test_any_whole_sentence_of_a_relevant_document_is_evidence(tmp_path: Path) -> None:
    """Labels point at documents: whichever passage of it comes first has found it."""
    assert sentences(f"{BIKES} Ja.") == BIKES.replace("verkeer. ", "verkeer.\n").split("\n")
    assert sentences("Ja.") == ["Ja."]
    write_set(beir.read(beir_folder(tmp_path / "source")), tmp_path / "set", "en")
    both, first, _ = load_gold(tmp_path / "set" / "gold")
    assert [len(need) for need in both.evidence] == [4]
    assert {evidence.letter for evidence in both.alternatives} == {"bread", "med-10-d55d1edf"}
    assert (first.language, first.type, first.alternatives[0].page) == ("en", "direct", None)


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("queries.jsonl", None, "queries.jsonl: not there"),
        ("corpus.jsonl", '{"_id": "x"}', "corpus.jsonl:1: not an object with _id and text"),
        ("corpus.jsonl", '{"_id": 1, "text": "x"}', "corpus.jsonl:1: _id and text must be strings"),
        ("corpus.jsonl", '{"_id": "x", "text": "Tekst."}', "'MED-10' is not in the set"),
        ("qrels/test.tsv", "a\tb\n", "test.tsv:1: not a query-id"),
        ("qrels/test.tsv", "", "no questions"),
    ],
)
def test_a_faulty_beir_set_is_refused_with_the_place(
    tmp_path: Path, file: str, content: str | None, fault: str
) -> None:
    """A set that is silently half read would give figures of another set."""
    folder = beir_folder(tmp_path / "source")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        write_set(beir.read(folder), tmp_path / "set", "nl")
    assert not (tmp_path / "set").exists()


def test_a_faulty_faq_is_refused_with_the_row(tmp_path: Path) -> None:
    """The columns are named, and a row without a question is."""
    path = tmp_path / "faq.csv"
    path.write_text("vraag,antwoord\nWat?,Dat.\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column answer or question"):
        faq.read(path)
    path.write_text("question,answer\nWat?,Dat.\n ,Dit.\n", encoding="utf-8")
    with pytest.raises(DataError, match="row 3 has no question"):
        faq.read(path)
    path.write_bytes("question,answer\nCafé?,Ja.\n".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        faq.read(path)


def test_file_names_are_safe_and_never_shared(tmp_path: Path) -> None:
    """Ids that differ in case or in signs alone become different files in the folder asked for."""
    names = ("../a", "A", "a", "é", "///")
    documents = tuple(Document(name, "", f"Tekst van {n}.") for n, name in enumerate(names))
    write_set(OutsideSet(documents, (Query("q", "Wat?", ("A",)),)), tmp_path / "set", "nl")
    assert len(list((tmp_path / "set" / "letters").glob("*.txt"))) == len(names)
    assert {path.name for path in tmp_path.iterdir()} == {"set"}
    with pytest.raises(DataError, match="not empty"):
        write_set(OutsideSet(documents, ()), tmp_path / "set", "nl")
    for fault, texts in (("no text", ("a", " ")), ("comes twice", ("a", "b"))):
        twice = tuple(Document("x" if fault == "comes twice" else t, "", t) for t in texts)
        with pytest.raises(DataError, match=fault):
            write_set(OutsideSet(twice, ()), tmp_path / "new", "nl")


def test_the_command_says_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m eval.data.beir FOLDER TARGET` converts, and names the two commands that follow."""
    source, target = beir_folder(tmp_path / "source"), tmp_path / "set"
    monkeypatch.setattr(sys, "argv", ["beir", str(source), str(target), "--language", "en"])
    monkeypatch.delitem(sys.modules, "eval.data.beir")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("eval.data.beir", run_name="__main__")
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "2 letters, 3 questions" in said
    assert f"eval --gold {target}/gold" in said
    monkeypatch.setattr(sys, "argv", ["beir", str(source), str(target)])
    with pytest.raises(SystemExit) as again:
        runpy.run_module("eval.data.beir", run_name="__main__")
    assert again.value.code == 1
