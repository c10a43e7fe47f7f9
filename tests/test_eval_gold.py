"""The gold questions: what the loader refuses, and what the project's own set must be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from eval.commands import GOLD
from eval.gold import GoldError, GoldQuestion, load_gold, load_held_out, load_kenmerken
from eval.matching import holds
from eval.splits import in_split, is_held_out
from eval.words import content_stems, in_other_words, shared_stems

CORPUS = Path(__file__).parent.parent / "corpus"

VALID: dict[str, Any] = {
    "id": "a-1",
    "type": "direct",
    "question": "Wat is het doel?",
    "history": [{"role": "user", "content": "Hallo"}],
    "language": "nl",
    "outcome": "answered",
    "evidence": [[{"letter": "brief", "page": 2, "quote": "Het doel is rust."}]],
    "answer": "Rust.",
    "note": "",
}


def write(folder: Path, *records: object, name: str = "a.jsonl") -> None:
    """A file of gold questions, one record or raw line a line."""
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    """Every field of the format reaches the dataclass, lists as tuples, in order of id."""
    write(tmp_path, VALID | {"id": "b"}, "", VALID)
    first, second = load_gold(tmp_path)
    assert (first.id, second.id) == ("a-1", "b")
    assert first.evidence[0][0].quote == "Het doel is rust."
    assert first.history[0].role == "user"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "riddle"}, "type"),
        ({"language": "fr"}, "language"),
        ({"extra": 1}, "extra"),
        ({"evidence": []}, "needs evidence"),
        ({"evidence": [[]]}, "at least one alternative"),
        ({"evidence": [[{"letter": "b", "page": "2", "quote": "x"}]]}, "page"),
        ({"evidence": [[{"letter": "b", "page": None, "quote": " "}]]}, "quote must not be empty"),
        ({"type": "unanswerable"}, "not_in_letters"),
        ({"type": "unanswerable", "outcome": "not_in_letters"}, "has no evidence"),
        ({"question": " "}, "must not be empty"),
    ],
)
def test_a_faulty_question_is_named_by_file_and_line(
    tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    """Whoever writes a question wrongly reads where and what."""
    write(tmp_path, VALID, VALID | {"id": "b"} | change)
    with pytest.raises(GoldError, match=rf"a\.jsonl:2: .*{fault}"):
        load_gold(tmp_path)


def test_a_missing_field_and_broken_json_are_named(tmp_path: Path) -> None:
    """A line that is no question at all is refused like a faulty one."""
    write(tmp_path, {key: value for key, value in VALID.items() if key != "answer"})
    with pytest.raises(GoldError, match=r"a\.jsonl:1: answer"):
        load_gold(tmp_path)
    write(tmp_path, '{"id": ')
    with pytest.raises(GoldError, match=r"a\.jsonl:1: .*JSON"):
        load_gold(tmp_path)


def test_an_id_used_twice_is_refused_across_files(tmp_path: Path) -> None:
    """Runs are compared by id, so an id means one question."""
    write(tmp_path, VALID)
    write(tmp_path, VALID, name="b.jsonl")
    with pytest.raises(GoldError, match=r"b\.jsonl:1: id 'a-1' is already used at .*a\.jsonl:1"):
        load_gold(tmp_path)


def test_a_folder_without_questions_and_bad_bytes_are_refused(tmp_path: Path) -> None:
    """An empty set never passes for a perfect score."""
    with pytest.raises(GoldError, match="no gold questions"):
        load_gold(tmp_path)
    (tmp_path / "a.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(GoldError, match="not UTF-8"):
        load_gold(tmp_path)


def test_a_faulty_letters_file_is_refused(tmp_path: Path) -> None:
    """A table of kenmerken that is no TOML does not silently count as none."""
    assert load_kenmerken(tmp_path) == {}
    (tmp_path / "letters.toml").write_text("x = ", encoding="utf-8")
    with pytest.raises(GoldError, match=r"letters\.toml"):
        load_kenmerken(tmp_path)
    (tmp_path / "letters.toml").write_text("brief = 1", encoding="utf-8")
    with pytest.raises(GoldError, match=r"brief is not a table; write \[brief\]"):
        load_held_out(tmp_path)


def test_a_fingerprint_follows_the_question_and_not_the_note(tmp_path: Path) -> None:
    """A changed question is another question; a changed remark is not."""
    write(tmp_path, VALID, VALID | {"id": "b", "question": "Wat is het nut?"})
    write(tmp_path, VALID | {"id": "a-1 "}, name="b.jsonl")
    one, _, _ = load_gold(tmp_path)
    write(tmp_path, VALID | {"note": "nagekeken"})
    write(tmp_path, VALID | {"id": "c", "question": "Wat is het nut?"}, name="b.jsonl")
    same, other = load_gold(tmp_path)
    assert one.fingerprint == same.fingerprint != other.fingerprint


def test_names_are_no_shared_words() -> None:
    """Names, numbers and abbreviations cannot be put in other words."""
    evidence = ["Volgens het RIVM daalt in 2030 de uitstoot bij Tata Steel."]
    assert shared_stems(["Wat zegt het RIVM over Tata in 2030?"], evidence) == set()
    assert shared_stems(["Hoeveel uitstoot daalt er?"], evidence) == {"uitstoot", "daalt"}


def test_a_capital_at_the_start_of_a_sentence_makes_no_name() -> None:
    """The first word of a sentence is a content word like any other."""
    contents, names = content_stems("Bedrijven melden dit. Omwonenden niet, zegt Gelderland.")
    assert (len(contents), len(names)) == (3, 1)


@pytest.fixture(scope="module")
def gold() -> list[GoldQuestion]:
    """The project's own gold questions."""
    return load_gold(GOLD)


def test_the_gold_set_is_large_and_varied_enough(gold: list[GoldQuestion]) -> None:
    """At least 250 questions, 50 near misses and 10 about something else, of every kind."""
    assert len(gold) >= 250
    assert sum(question.type == "near_miss" for question in gold) >= 50
    assert sum(question.type == "unanswerable" for question in gold) >= 10
    assert {"follow_up", "email", "typo", "english", "footnote", "metadata", "two_letters"} <= {
        question.type for question in gold
    }


def test_enough_questions_are_in_other_words(gold: list[GoldQuestion]) -> None:
    """Two thirds of the answerable questions share no content stem with their evidence."""
    answerable = [question for question in gold if question.answerable]
    assert 3 * sum(map(in_other_words, answerable)) >= 2 * len(answerable)


def readings(letter: str) -> list[str]:
    """The letter as text with its notes' marks reduced to digits, and the same without notes."""
    raw = (CORPUS / f"{letter}.txt").read_text(encoding="utf-8")
    unmarked = re.sub(r"\[bookmark:[^\]]*\]", "", raw)
    with_notes = re.sub(r"\[footnoteRef:\s*(\d+)\]", r"\1", unmarked)
    return [with_notes, re.sub(r"\s*\[\d+:[^\]]*\]", "", with_notes)]


def test_every_gold_quote_stands_in_its_letter(gold: list[GoldQuestion]) -> None:
    """Evidence is verbatim; a quote that no letter holds would fault every system."""
    texts = {
        letter: readings(letter) for letter in {e.letter for q in gold for e in q.alternatives}
    }
    missing = [
        (question.id, evidence.quote)
        for question in gold
        for evidence in question.alternatives
        if not any(holds(text, evidence.quote) for text in texts[evidence.letter])
    ]
    assert missing == []


def test_pages_are_given_for_letters_with_pages_only(gold: list[GoldQuestion]) -> None:
    """A letter either has pages in all its evidence or in none."""
    paged: dict[str, set[bool]] = {}
    for question in gold:
        for evidence in question.alternatives:
            paged.setdefault(evidence.letter, set()).add(evidence.page is not None)
    assert all(len(kinds) == 1 for kinds in paged.values())


def test_the_true_kenmerken_cover_every_letter_of_the_evidence(gold: list[GoldQuestion]) -> None:
    """Kenmerk accuracy leaves no letter out."""
    assert {e.letter for q in gold for e in q.alternatives} <= load_kenmerken(GOLD).keys()


def test_two_whole_letters_are_held_out(gold: list[GoldQuestion]) -> None:
    """No evidence of the tuning questions is in a held-out letter; both splits have refusals."""
    letters = load_held_out(GOLD)
    assert letters == {"kabinetsreactie-exposoom-2023", "voortgangsbrief-giab-2026"}
    tuning, held_out = (in_split(gold, letters, split) for split in ("tuning", "held-out"))
    assert len(tuning) + len(held_out) == len(gold)
    assert not letters & {e.letter for question in tuning for e in question.alternatives}
    assert all({e.letter for e in q.alternatives} & letters for q in held_out if q.answerable)
    for split in (tuning, held_out):
        assert {"near_miss", "unanswerable", "out_of_scope"} <= {q.type for q in split}
        assert sum(question.type == "near_miss" for question in split) >= 20


def test_a_question_keeps_its_split(gold: list[GoldQuestion]) -> None:
    """A question without evidence goes by its id alone; nothing is held out of an outside set."""
    by_id = {question.id: question for question in gold}
    letters = load_held_out(GOLD)
    assert is_held_out(by_id["dna-u10"], letters)
    assert not is_held_out(by_id["dna-u04"], letters)
    assert not any(is_held_out(question, frozenset()) for question in gold)
