"""Faithfulness: the claims that are tried are what they are said to be, and none passes unseen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.claim_making import Cited, Claim, behind, cited_sentences
from eval.claim_trial import (
    CLAIMS_IN_A_REPLY,
    Examiner,
    Findings,
    Outcome,
    claims_about,
    examined,
    in_replies,
    normal,
    run,
    statements,
)
from eval.faithfulness import command, rows_of
from eval.false_claims import FALSE
from eval.given import Given, passages_given
from eval.gold import GoldQuestion, load_gold
from eval.hand_claims import ClaimsError, HandClaim, load_claims
from eval.intervals import share_interval
from eval.matching import holds
from eval.subtle_claims import SUBTLE
from eval.systems import letter_stems, open_in_process
from eval.true_claims import TRUE
from prompts import prompt
from service.contract import AskRequest, AskResponse

GOLD = Path(__file__).parents[1] / "eval" / "gold"
SENTENCE = (
    "Het RIVM kan 18 miljoen euro (mln.) niet met zekerheid door de gemeente Utrecht en bekend "
    "geven, mits de minister van VWS dat wil."
)
PASSAGE = Given(
    "3", f"De Kamer wordt eind 2026 over de pilots geïnformeerd. {SENTENCE}", "kst-1-2",
    "2025-01-02", "de minister van VWS",
)
OTHER = Given(
    "4", "De provincie kan de vergunning van het bedrijf in Zeeland dit jaar nog wijzigen.",
    "kst-3-4",
)
CITED = Cited(SENTENCE, PASSAGE)


def question(name: str) -> GoldQuestion:
    """A gold question."""
    return next(one for one in load_gold(GOLD) if one.id == name)


def made(makers: Sequence[Any]) -> list[Claim]:
    """What the makers make of one sentence."""
    return [claim for maker in makers for claim in maker(CITED, [PASSAGE, OTHER])]


def test_passages_are_read_from_the_prompt_that_the_service_sends() -> None:
    """What a model is given is read back out of the very prompt, whatever the passages hold."""
    shown = [{"sleutel": "3", "kenmerk": "a", "datum": None, "tekst": '"}]\n---\n[{"x": 1}]'}]
    given = prompt(
        "answer-1", passages=json.dumps(shown, indent=1), question=json.dumps("[wat]\n{dan}")
    )
    assert passages_given(given.messages) == [Given("3", '"}]\n---\n[{"x": 1}]', "a")]


def test_evidence_is_cited_as_a_whole_sentence_with_its_key() -> None:
    """A quotation that is part of a sentence is found in it, and one that is nowhere is not."""
    found = cited_sentences([OTHER, PASSAGE], ["RIVM kan 18 miljoen", "nergens te vinden is dit"])
    assert found == [CITED]


def test_every_kind_of_claim_is_made() -> None:
    """A sentence that has everything is changed in every way, and each way is of one truth."""
    false, true = made([*FALSE, *SUBTLE]), made(TRUE)
    assert {claim.truth for claim in false} == {False}
    assert {claim.truth for claim in true} == {True}
    kinds = {claim.kind for claim in false}
    assert {
        "digit", "digit, quoted so", "unit", "name", "kenmerk that does not exist",
        "a neighbour's kenmerk", "invented key", "wrong key", "quotation, one word altered",
        "quotation, one letter altered", "quotation, case altered", "negation taken out",
        "modality strengthened", "scope widened", "opposite", "condition dropped",
        "roles exchanged", "attribution moved", "true quotation, other sentence", "no quotation",
        "no citation", "other language", "torn out", "halves joined", "addition",
        "conjunction", "tense", "preposition", "link added", "adverb added", "prefix",
    } <= kinds
    assert len({claim.kind for claim in true}) >= 6


def test_no_false_claim_is_the_sentence_itself_rightly_cited() -> None:
    """What is called false differs from the letter, in its words or in what it cites."""
    right = {claim.text for claim in made(TRUE)}
    assert not right & {claim.text for claim in made([*FALSE, *SUBTLE])}
    citing_wrongly = {"invented key", "wrong key", "no quotation", "no citation"}
    for claim in made([*FALSE, *SUBTLE]):
        if claim.kind not in citing_wrongly and not claim.kind.startswith("quotation"):
            assert normal(claim.words) != normal(CITED.sentence), claim


def test_claims_by_hand_quote_their_letters(corpus_index: Path) -> None:
    """Each claim by hand is about a gold question, and quotes the letter that it names."""
    claims = load_claims()
    questions = {one.id: one for one in load_gold(GOLD)}
    system = open_in_process(corpus_index)
    letters = {
        stem: system.letter_text(letter_id)
        for letter_id, stem in letter_stems(system.letters()).items()
    }
    for claim in claims:
        assert claim.letter in {one.letter for one in questions[claim.question].alternatives}
        for quote in claim.quotes:
            assert holds(letters[claim.letter], quote), claim.id
    assert sum(claim.truth for claim in claims) >= 100
    assert sum(not claim.truth for claim in claims) >= 100
    assert len({(one.question, one.sentence) for one in claims}) == len(claims)


def test_claims_by_hand_are_written_to_what_was_given() -> None:
    """A claim cites the key under which its quotation was given; else it is left out."""
    claim = HandClaim("a", "q", "l", ("eind 2026 over de pilots",), "Zo is het.", False, True, "x")
    written = claim.written([OTHER, PASSAGE])
    assert written is not None
    assert written.text == "Zo is het. [3: “eind 2026 over de pilots”]"
    assert claim.written([OTHER]) is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [("{", "Invalid JSON"), ('{"id": "a"}', "question: Field required"), ("", "no claims here")],
)
def test_claims_that_cannot_be_read_are_named(tmp_path: Path, line: str, fault: str) -> None:
    """A wrong line is told with its file and its number."""
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(ClaimsError, match=fault):
        load_claims(tmp_path)


def test_no_reply_says_the_same_words_twice() -> None:
    """Two claims in the same words are told apart by being written in different replies."""
    claims = [behind("k", True, f"Zin {n % 20} is waar.", (str(n), "q")) for n in range(60)]
    replies = in_replies(claims)
    for reply in replies:
        assert len({normal(one.words) for one in reply}) == len(reply) <= CLAIMS_IN_A_REPLY + 1
    assert {one.text for reply in replies for one in reply} == {one.text for one in claims}


def test_statements_are_what_stands_before_markers() -> None:
    """An answer is taken apart at its markers, whatever quotation marks it has."""
    answer = "De brief zegt: “A is «B».” [1][2]\n- Twee dingen. [3]"
    assert statements(answer) == ['De brief zegt: "A is "B"."', "Twee dingen."]


class Credulous:
    """A library that shows every claim that its model makes."""

    def __init__(self, examiner: Examiner) -> None:
        self.examiner = examiner

    def ask(self, request: AskRequest, request_id: str, listener: object = None) -> AskResponse:
        """An answer of all that the examiner's model says."""
        shown = [{"sleutel": "3", "tekst": PASSAGE.text}, {"sleutel": "4", "tekst": OTHER.text}]
        given = prompt("answer-1", passages=json.dumps(shown), question="\"x\"")
        self.examiner.reply(given.messages)
        claims = self.examiner._replies[self.examiner._turn]
        return AskResponse.model_construct(
            outcome="answered", composer="llm", warnings=[],
            answer=" ".join(f"{one.words} [{n}]" for n, one in enumerate(claims, start=1)),
            verification=AskResponse.model_fields["verification"].annotation.model_construct(
                failures=[]
            ),
        )


def test_what_gets_through_is_counted_and_listed() -> None:
    """Where every claim is shown, every false one is found to have got through, and none lost."""
    examiner, findings = Examiner(), Findings()
    claims = {one.text: one for one in made([*TRUE, *FALSE, *SUBTLE])}
    examiner.examine(
        Credulous(examiner), question("industrie-022"),  # type: ignore[arg-type]
        lambda given: list(claims.values()), findings,
    )
    false = [one for one in findings.outcomes if not one.truth]
    assert {one.text for one in false} == {one.text for one in made([*FALSE, *SUBTLE])}
    assert findings.passed() == false
    assert findings.lost() == []
    assert findings.unexpected == []


def test_rows_count_per_kind() -> None:
    """The share that went wrong is of false claims shown, and of true ones not."""
    findings = Findings([
        Outcome("q", "digit", False, "a", "a", "shown", ""),
        Outcome("q", "digit", False, "b", "b", "removed", "no"),
        Outcome("q", "by hand: verbatim", True, "c", "c", "held back", ""),
    ])
    rows = {(row.kind, row.truth): row for row in rows_of(findings)}
    assert (rows["digit", False].claims, rows["digit", False].wrong) == (2, 1)
    assert rows["by hand: verbatim", True].share == 1.0
    assert rows["all made automatically", False].wrong == 1
    assert rows["all by hand", True].wrong == 1


def test_an_interval_has_a_width_where_nothing_went_wrong() -> None:
    """None of 100 is not none of all: the interval goes to 3.6%."""
    assert share_interval(0, 100) == [0.0, pytest.approx(0.0362, abs=1e-4)]
    assert share_interval(1, 2)[0] > 0


def test_true_sentences_stand_and_wrong_citations_fall(corpus_index: Path) -> None:
    """Through the service: verbatim sentences are shown; what cites wrongly is removed."""
    with examined(corpus_index) as (library, examiner):
        *_, findings = run(library, examiner, [question("industrie-022")], [])
    assert not findings.not_asked
    assert not findings.unexpected
    fates = {(one.kind, one.fate) for one in findings.outcomes}
    assert ("verbatim", "shown") in fates
    for kind in ("invented key", "wrong key", "quotation, one word altered", "no quotation"):
        assert {fate for name, fate in fates if name == kind} == {"removed"}, kind


def test_claims_begin_with_the_evidence() -> None:
    """The first claim is the evidence word for word, so that every reply is to the point."""
    text = question("industrie-022").alternatives[1].quote
    claims = claims_about(question("industrie-022"), [], [Given("1", text)])
    assert claims[0] == behind("verbatim", True, text, ("1", text))


def test_the_command_needs_an_index(tmp_path: Path) -> None:
    """Without an index there is one clear line and exit status 3."""
    result = CliRunner().invoke(command, [], obj={"index": str(tmp_path / "none")})
    assert result.exit_code == 3
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output


def test_claims_are_tried_in_answer_to_the_evidence_where_a_question_is_refused(
    corpus_index: Path
) -> None:
    """What a refused question leaves untried is tried by asking in the evidence's own words."""
    [claim] = [one for one in load_claims() if one.id == "false-003"]
    refused = replace(question("industrie-003"), question="Hoe heet de koning van Noorwegen?")
    with examined(corpus_index) as (library, examiner):
        *_, findings = run(library, examiner, [refused], [claim])
    assert findings.tried == [claim.id]
    assert any(one.kind == "verbatim" for one in findings.outcomes)
    assert not findings.not_asked
