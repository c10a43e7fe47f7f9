"""Comparing two runs question by question, the gate, and the command around them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from eval.ablation import print_comparisons
from eval.citations import CitationCounts
from eval.commands import command
from eval.compare import compare, corrected
from eval.gate import judge_gate, remark
from eval.letter_out import WithoutLetter
from eval.ranking import ranking_measures
from eval.report import build_report, to_json
from tests.test_eval_measures import result

if TYPE_CHECKING:
    from pathlib import Path

Report = dict[str, Any]


def run(size: int = 100, lost: int = 0, start: int = 0) -> Report:
    """A run over `size` questions of which the first `lost` go wrong."""
    wrong: dict[str, Any] = {
        "evidence_4000": False,
        "ranking": ranking_measures([None], 50),
        "answered_correctly": False,
    }
    return build_report(
        [
            replace(result(f"q{n:03}"), **(wrong if n < lost else {}))
            for n in range(start, start + size)
        ]
    )


def test_a_run_compared_with_itself_differs_nowhere() -> None:
    """No difference, no one lost, p 1."""
    comparison = compare(run(), run())
    assert all(d.mean == 0 and d.p == 1 for d in comparison.differences.values())
    assert comparison.common == 100
    assert comparison.apart == []


def test_losses_are_named_and_signed() -> None:
    """After minus before: a loss is negative, and its questions are listed."""
    comparison = compare(run(), run(lost=10))
    difference = comparison.differences["evidence_4000"]
    assert difference.mean == pytest.approx(-0.1)
    assert difference.high < 0
    assert difference.p < 0.05
    assert comparison.lost["RR@10"] == [f"q{n:03}" for n in range(10)]
    assert compare(run(lost=10), run()).won["Success@5"] == comparison.lost["Success@5"]


def test_gains_and_losses_that_cancel_are_no_significant_difference() -> None:
    """Pairing counts both ways."""
    before = build_report([result(f"q{n}", answered_correctly=n % 2 == 0) for n in range(40)])
    after = build_report([result(f"q{n}", answered_correctly=n % 2 == 1) for n in range(40)])
    difference = compare(before, after).differences["answered_correctly"]
    assert difference.mean == 0
    assert difference.p > 0.5


def test_a_changed_question_is_not_compared() -> None:
    """The same id with another text is another question."""
    after = run()
    after["questions"][0]["fingerprint"] = "ffffffff"
    comparison = compare(run(), after)
    assert comparison.common == 99
    assert comparison.apart == ["q000"]


def test_the_gate_opens_for_an_equal_or_better_run() -> None:
    """No loss, no fault; a gain is no fault either."""
    for before, after in ((run(), run()), (run(lost=20), run())):
        assert judge_gate(compare(before, after), after) == []


def test_the_gate_names_the_lost_questions_of_a_significant_loss() -> None:
    """Ten of a hundred lost shuts the gate; one does not."""
    shut = judge_gate(compare(run(), run(lost=10)), run(lost=10))
    assert any("evidence_4000" in fault and "q003" in fault for fault in shut)
    assert judge_gate(compare(run(), run(lost=1)), run(lost=1)) == []


def test_the_gate_refuses_stale_results_and_says_so() -> None:
    """More than 5% other questions cannot pass for a comparison; 5% is left out with a remark."""
    stale, few = run(start=10), run(size=96, start=2)
    assert any("anew" in fault for fault in judge_gate(compare(run(), stale), stale))
    comparison = compare(run(), few)
    assert judge_gate(comparison, few) == []
    assert "4 questions are not the same" in remark(comparison)


def test_the_gate_refuses_two_runs_without_a_common_question() -> None:
    """Nothing compared is no pass."""
    other = run(start=500)
    assert judge_gate(compare(run(), other), other) != []


def test_the_gate_refuses_any_unproven_citation() -> None:
    """A citation that is not verbatim shuts the gate whatever the other figures."""
    unproven = CitationCounts(2, 1, 2, 2, 2, 2, 2, 2, 0, 0)
    for fault in ({"citations": unproven}, {"verification_failed": 1}):
        after = build_report([result("a", **fault), result("b")])
        before = build_report([result("a"), result("b")])
        assert judge_gate(compare(before, after), after) == [
            "citations that are not verbatim or not proven: a"
        ]


def test_the_comparison_is_shown_with_who_lost() -> None:
    """The table names measures, the lines below it questions."""
    console = Console(width=120)
    with console.capture() as captured:
        print_comparisons("before", {"after": compare(run(), run(lost=2))}, console)
    assert "evidence_4000, against before" in captured.get()
    assert "\nlost on RR@10: q000, q001" in captured.get()
    assert "Holm" not in captured.get()


def test_further_runs_are_corrected_for_their_number() -> None:
    """Of two runs against one baseline the likelier loss counts double; alone it does not."""
    runs = {"few": compare(run(), run(lost=4)), "many": compare(run(), run(lost=10))}
    few = runs["few"].differences["evidence_4000"].p
    assert 0.01 < few < 0.05
    assert corrected(runs)["few"]["evidence_4000"] == pytest.approx(few)
    same = corrected({"a": runs["few"], "b": runs["few"]})
    assert same["a"]["evidence_4000"] == same["b"]["evidence_4000"] == pytest.approx(2 * few)
    console = Console(width=120)
    with console.capture() as captured:
        print_comparisons("before", runs, console)
    assert "corrected for 2 runs" in captured.get()
    assert "few: lost on RR@10: q000, q001, q002, q003" in captured.get()


def test_the_gate_leaves_letters_taken_out_alone() -> None:
    """That measure is compared where both runs have it, and shuts no gate."""

    def refusing(outcome: str) -> Report:
        without = WithoutLetter(outcome, 0.1)
        return build_report([result(f"q{n}", without_letter=without) for n in range(30)])

    before, after = refusing("not_in_letters"), refusing("answered")
    comparison = compare(before, after)
    assert comparison.differences["refused_without_letter"].mean == -1
    assert judge_gate(comparison, after) == []
    del before["questions"][0]["without_letter"]
    assert compare(before, after).differences["refused_without_letter"].count == 29


def written(folder: Path, name: str, report: Report) -> str:
    """The path of a results file with `report` in it."""
    path = folder / name
    path.write_text(to_json(report), encoding="utf-8")
    return str(path)


def test_the_command_compares_two_files(tmp_path: Path) -> None:
    """`--compare BEFORE AFTER --json` prints the comparison and asks nothing."""
    before, after = written(tmp_path, "a", run()), written(tmp_path, "b", run(lost=5))
    done = CliRunner().invoke(command, ["--compare", before, after, "--json"])
    assert done.exit_code == 0
    [only] = json.loads(done.stdout)["runs"]
    assert only["differences"]["RR@10"]["mean"] == pytest.approx(-0.05)
    assert (only["before"]["RR@10"], only["after"]["RR@10"]) == (1.0, 0.95)


def test_the_command_sets_several_runs_beside_the_first(tmp_path: Path) -> None:
    """`--compare A B C` is an ablation table; a file without --compare is a mistake."""
    files = [written(tmp_path, f"{lost}.json", run(lost=lost)) for lost in (0, 3, 9)]
    done = CliRunner().invoke(command, ["--compare", *files, "--json"])
    shown = json.loads(done.stdout)
    assert (shown["baseline"], [one["run"] for one in shown["runs"]]) == ("0", ["3", "9"])
    twice = CliRunner().invoke(command, ["--compare", files[0], files[0], "--json"])
    assert json.loads(twice.stdout)["baseline"] == files[0]
    stray = CliRunner().invoke(command, files[:1])
    assert stray.exit_code == 2
    assert "--compare BEFORE AFTER" in stray.stderr


def test_a_split_narrows_a_comparison_by_the_gold_questions(tmp_path: Path) -> None:
    """Results written before there were splits can still be compared on the held-out letters."""
    for name, letter in (("q000", "a"), ("q001", "b")):
        evidence = [[{"letter": letter, "page": None, "quote": "Een brief."}]]
        question = {
            "id": name, "type": "direct", "question": "Wat?", "history": [], "language": "nl",
            "outcome": "answered", "evidence": evidence, "answer": "", "note": "",
        }
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(question), encoding="utf-8")
    (tmp_path / "letters.toml").write_text("[a]\nheld_out = true\n", encoding="utf-8")
    files = [written(tmp_path, name, run(2, lost)) for name, lost in (("x", 0), ("y", 1))]
    for split, mean in (("held-out", -1.0), ("tuning", 0.0), ("all", -0.5)):
        done = CliRunner().invoke(
            command, ["--gold", str(tmp_path), "--split", split, "--compare", *files, "--json"]
        )
        differences = json.loads(done.stdout)["runs"][0]["differences"]
        assert differences["evidence_4000"]["mean"] == mean
    gated = CliRunner().invoke(command, ["--split", "tuning", "--gate", files[0]])
    assert gated.exit_code == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "not a results file"), ("nee", "not a results file"), ('{"format_version": 9}', "9")],
)
def test_the_command_refuses_files_that_are_no_results(
    tmp_path: Path, content: str, said: str
) -> None:
    """A wrong file is named with what to do, before any question is asked."""
    (tmp_path / "a").write_text(content, encoding="utf-8")
    done = CliRunner().invoke(command, ["--gate", str(tmp_path / "a")])
    assert done.exit_code == 1
    assert said in done.stderr
    assert "--out" in done.stderr
    gone = CliRunner().invoke(command, ["--gate", str(tmp_path / "gone")])
    assert gone.exit_code == 1
    assert "No such file" in gone.stderr
