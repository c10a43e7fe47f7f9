"""The library over the real corpus: answers, refusals, filters, concurrency, a living index."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index.embedding import ModelEmbedder
from index.errors import IndexUnusable
from index.live import LiveIndex
from index.synchronise import synchronise
from service.contract import AskRequest, AskResponse, SearchRequest
from service.library import LettersLibrary, open_library
from service.proof import Claim, prove
from tests.conftest import CORPUS, HashEmbedder, must_end, write_letter

EXPOSOME = "3332219-1024718-PG"
RECOMMENDATIONS = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
PILOTS = "Wanneer wordt de Kamer geïnformeerd over de voortgang van de pilots en de gesprekstafel?"


@pytest.fixture(scope="module")
def library(corpus_index: Path) -> Iterator[LettersLibrary]:
    """The corpus."""
    opened = open_library(corpus_index)
    yield opened
    opened.close()


def asked(library: LettersLibrary, question: str, **fields: Any) -> AskResponse:
    """The answer to a question, after checking what holds of every answer."""
    request = AskRequest.model_validate({"question": question, **fields})
    response = library.ask(request, "request")
    for citation in response.citations:
        text = library.letter_text(citation.letter_id).text
        assert text[citation.quote_start : citation.quote_end] == citation.quote
        assert f"[{citation.marker}]" in (response.answer or "")
        assert not re.match(r"(?:[-•·]|\d{1,2}[.)])\s*$", citation.quote)
    return response


def quotes(response: AskResponse) -> list[str]:
    """What is quoted, in order."""
    return [citation.quote for citation in response.citations]


def test_the_three_recommendations(library: LettersLibrary) -> None:
    """A list is quoted whole, each item on its own page, with the letter's kenmerk."""
    response = asked(library, RECOMMENDATIONS)
    assert response.outcome == "answered"
    assert [(c.kenmerk, c.page) for c in response.citations] == [
        (EXPOSOME, 1), (EXPOSOME, 2), (EXPOSOME, 2)
    ]
    assert quotes(response)[0].startswith("Zet exposoomonderzoek in voor")
    assert quotes(response)[1].startswith("Pas tijdig proportioneel voorzorgbeleid toe")
    assert quotes(response)[2].startswith("Pas integrale technieken")
    assert (response.answer or "").startswith("De brief van 2 februari 2023 (kenmerk 3332219-")


def test_letter_without_kenmerk_and_pages(library: LettersLibrary) -> None:
    """What a letter does not say of itself is null in a citation, and no reason to refuse it."""
    response = asked(library, PILOTS)
    (citation,) = response.citations
    assert (citation.kenmerk, citation.page, citation.date) == (None, None, None)
    assert "eind 2026" in citation.quote
    assert citation.section


LETTERS = {
    "de kabinetsreactie exposoom": {
        "kenmerk": EXPOSOME, "datum": "2 februari 2023", "afzender": "Maarten van Ooijen"},
    "de beslisnota over het impulsprogramma chemische stoffen": {
        "kenmerk": "IENM/BSK-2025/229077", "datum": "12 september 2025"},
    "de brief over DNA-technologie": {
        "datum": "25 oktober 2023", "afzender": "Kuipers", "dossiernummer": "32 793"},
    "de voortgangsbrief Gezondheid in alle Beleidsdomeinen": {
        "kenmerk": "2026D05678", "datum": "2026-02-05"},
    "de actieagenda industrie en omwonenden": {"afzender": "Aartsen"},
}


@pytest.mark.parametrize(
    ("letter", "field", "value"),
    [(letter, field, value) for letter, fields in LETTERS.items()
     for field, value in fields.items()],
)
def test_what_a_letter_says_of_itself(
    library: LettersLibrary, letter: str, field: str, value: str
) -> None:
    """Kenmerk, date, sender and dossier are quoted from the letter itself."""
    response = asked(library, f"Wat is het {field} van {letter}?".replace("het d", "de d"))
    assert response.outcome == "answered"
    assert value in " ".join(quotes(response))


@pytest.mark.parametrize("field", ["het kenmerk", "de datum", "het onderwerp"])
def test_what_a_letter_does_not_say_of_itself(library: LettersLibrary, field: str) -> None:
    """The industry letter has no kenmerk and no date; a supplied subject is no quotation."""
    response = asked(library, f"Wat is {field} van de actieagenda industrie en omwonenden?")
    assert (response.outcome, response.answer, response.citations) == ("not_in_letters", None, [])
    name = field.split()[1]
    assert f"vermeldt geen {name}" in (response.message or "")


def test_what_is_found_and_not_proven(
    library: LettersLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not quoted, and not said to be in no letter either: the letter is named."""
    monkeypatch.setattr("service.answering.prove", lambda *_: "it does not stand on page 1")
    response = asked(library, "Wat is het kenmerk van de brief over exposoomonderzoek?")
    assert (response.outcome, response.citations) == ("not_in_letters", [])
    assert response.message is not None
    assert "niet in de brieven" not in response.message
    assert EXPOSOME in response.message
    assert response.verification.failed == 1
    assert response.confidence < 0.5


def test_a_reference_leads_to_its_letter(library: LettersLibrary) -> None:
    """Named by kenmerk or date, a letter answers what is asked of it, not with the reference."""
    by_kenmerk = asked(library, f"Wat zegt de brief met kenmerk {EXPOSOME} over PARC?")
    assert {c.kenmerk for c in by_kenmerk.citations} == {EXPOSOME}
    assert "PARC" in quotes(by_kenmerk)[0]
    by_date = asked(library, "Wat zegt de brief van 12 september 2025 over asbestdaken?")
    assert {c.kenmerk for c in by_date.citations} == {"IENM/BSK-2025/229077"}
    assert "asbestdaken" in quotes(by_date)[0].lower()


@pytest.mark.parametrize("named", ["kst-32793-703", "Kamerstuk 32 793, nr. 703", "32793-703"])
def test_a_letter_asked_for_as_a_whole(library: LettersLibrary, named: str) -> None:
    """Asked only what a letter is about, its own statement of purpose is quoted."""
    response = asked(library, f"Waar gaat {named} over?")
    assert {c.kenmerk for c in response.citations} == {"kst-32793-703"}
    assert any("deze brief" in quote for quote in quotes(response))


def test_a_note_comes_with_the_sentence_that_cites_it(library: LettersLibrary) -> None:
    """A hit on a footnote alone would say nothing: its sentence is quoted with it."""
    response = asked(library, "Wat staat er in Kamerstuk 28 089, nr. 285?")
    assert "opgesteld3." in quotes(response)[0]
    assert quotes(response)[1] == "Kamerstuk 28 089, nr. 285."


def test_a_field_of_no_letter_in_particular(library: LettersLibrary) -> None:
    """ "Wat is het kenmerk?" could mean five letters: which one is asked back."""
    assert asked(library, "Wat is het kenmerk?").outcome == "needs_clarification"
    one = asked(library, "Wat is het kenmerk?", filters={"kenmerk": [EXPOSOME]})
    assert quotes(one) == [f"Kenmerk {EXPOSOME}"]


def test_an_empty_index_says_so(tmp_path: Path) -> None:
    """Nothing read in yet is not the same as nothing found."""
    (tmp_path / "letters").mkdir()
    synchronise(tmp_path / "index", [tmp_path / "letters"], HashEmbedder())
    index = LiveIndex(tmp_path / "index", make_embedder=lambda name: HashEmbedder(name))
    response = asked(LettersLibrary(index), "Wat is exposoomonderzoek?")
    assert response.outcome == "not_in_letters"
    assert response.message == "Er zijn nog geen brieven ingelezen."


def test_english_question(library: LettersLibrary) -> None:
    """English is answered with an English lead-in and the Dutch words; refused in English too."""
    response = asked(library, "Who signed the letter on the exposome?")
    assert (response.answer or "").startswith("The letter of 2 February 2023 (reference ")
    assert "staatssecretaris" in quotes(response)[0]
    refusal = asked(library, "Who won the football match last night?")
    assert refusal.outcome != "answered"
    assert re.search(r"\b(?:not|This)\b", refusal.message or "")


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("Hoeveel geld gaat er naar de bouw van kerncentrales in Zeeland?", "not_in_letters"),
        ("En wanneer is dat klaar?", "needs_clarification"),
        ("Bedankt!", "out_of_scope"),
    ],
)
def test_refusal_shows_no_sources(library: LettersLibrary, question: str, outcome: str) -> None:
    """A refusal has a message and nothing that looks like a source, unless debug is asked for."""
    response = asked(library, question)
    assert (response.outcome, response.answer, response.citations) == (outcome, None, [])
    assert response.message
    assert response.passages == []
    if outcome == "not_in_letters":
        debugged = asked(library, question, debug=True, top_k=5)
        assert (debugged.outcome, len(debugged.passages)) == (outcome, 5)
        assert debugged.message == response.message


def test_follow_up(library: LettersLibrary) -> None:
    """A follow-up is answered from what the question before was about."""
    history = [
        {"role": "user", "content": "Welke pilots starten er met de GGD in de Actieagenda?"},
        {"role": "assistant", "content": "Er starten pilots met GGD-advies."},
    ]
    response = asked(library, "En wanneer wordt de Kamer daarover geïnformeerd?", history=history)
    assert "GGD" in response.standalone_question
    assert response.citations[0].letter_id == "actieagenda-industrie-en-omwonenden"


@pytest.mark.parametrize("top_k", [1, 3, 100])
def test_top_k(library: LettersLibrary, top_k: int) -> None:
    """So many passages are shown, of ever lower score; the answer does not depend on it."""
    response = asked(library, RECOMMENDATIONS, top_k=top_k)
    assert len(response.passages) == top_k
    assert [passage.rank for passage in response.passages] == list(range(1, top_k + 1))
    scores = [passage.score for passage in response.passages]
    assert scores == sorted(scores, reverse=True)
    assert len(response.citations) == 3


def search(library: LettersLibrary, **filters: Any) -> set[str]:
    """The letters found for a question that all of them are about."""
    request = SearchRequest.model_validate(
        {"question": "gezondheid en leefomgeving", "top_k": 100, "filters": filters}
    )
    return {passage.letter_id for passage in library.search(request, "request").passages}


def test_filters(library: LettersLibrary) -> None:
    """Each filter lets through the letters that it names, in any spelling, and no other."""
    everything = {letter.letter_id for letter in library.letters(0, 10).items}
    dna, giab = "kst-32793-703", "2026d05678"
    assert search(library, kenmerk=[EXPOSOME.lower()]) == {EXPOSOME.lower()}
    assert search(library, letter_id=[dna]) == {dna}
    assert search(library, kamerstuk=["32793"]) == {dna, giab} == search(
        library, kamerstuk=["32 793"]
    )
    assert search(library, kamerstuk=["32793-703"]) == {dna}
    assert search(library, kind=["beslisnota"]) == {"ienm-bsk-2025-229077"}
    assert search(library, date_from="2025-01-01") == {"ienm-bsk-2025-229077", giab}
    assert search(library, date_from="2023-02-02", date_to="2023-02-02") == {EXPOSOME.lower()}
    assert search(library, kamerstuk=["32793"], date_to="2024-01-01") == {dna}
    dated = search(library, kind=["kamerbrief", "beslisnota"], date_from="2023-01-01")
    assert dated == {EXPOSOME.lower(), "ienm-bsk-2025-229077"} < everything


def test_filter_without_a_match(library: LettersLibrary) -> None:
    """A filter that lets no letter through is an honest refusal that says so."""
    response = asked(library, RECOMMENDATIONS, filters={"kenmerk": ["bestaat-niet"]})
    assert response.outcome == "not_in_letters"
    assert "filter" in (response.message or "")
    assert response.confidence == 0
    assert search(library, kind=["woo-besluit"]) == set()


def test_warnings(library: LettersLibrary) -> None:
    """A date filter warns of undated letters, and a missing language model is no failure."""
    def codes(**fields: Any) -> list[str]:
        return [warning.code for warning in asked(library, RECOMMENDATIONS, **fields).warnings]

    assert codes() == []
    assert codes(filters={"date_from": "2020-01-01"}) == ["undated-letters-left-out"]
    assert codes(composer="llm") == ["no-language-model"]
    plain, llm = asked(library, RECOMMENDATIONS), asked(library, RECOMMENDATIONS, composer="llm")
    assert plain.answer == llm.answer


def test_every_citation_is_proven_and_on_one_page(library: LettersLibrary) -> None:
    """Citations of many questions each stand on the one page that they name."""
    for question in QUESTIONS:
        response = asked(library, question)
        assert response.verification.failed == 0
        for citation in response.citations:
            letter = library._letter(citation.letter_id)
            assert len(letter.page_numbers(citation.quote_start, citation.quote_end)) <= 1
            claim = Claim(citation.letter_id, citation.kenmerk, citation.page, citation.quote)
            assert prove(claim, letter) is None


QUESTIONS = [
    RECOMMENDATIONS, PILOTS, "Wat is farmacogenetica?", "Wie voert de veldconsultatie uit?",
    "Wat wordt er gedaan aan multiproblematiek?", "Wat is het exposoom?",
    "Waarom is er een Impulsprogramma Chemische Stoffen?", "Wat doet de GGD in de pilots?",
    "Wat is het investeringsmodel voor preventie?", "Welke motie wordt afgedaan?",
    "Wat is het kenmerk van de kabinetsreactie exposoom?", "Bedankt!", "En wanneer is dat klaar?",
    "Wat is de datum van de brief over DNA-technologie?", "Wat zegt de brief over kernfusie?",
    "What is pharmacogenetics?",
]


def told(response: AskResponse) -> dict[str, Any]:
    """An answer without what differs from one request to the next."""
    return response.model_dump(exclude={"request_id", "timings_ms"})


def test_same_question_same_answer(library: LettersLibrary, corpus_index: Path) -> None:
    """Asked twice, and by another process's library, a question is answered alike."""
    other = open_library(corpus_index)
    for question in QUESTIONS:
        first = told(asked(library, question))
        assert told(asked(library, question)) == first == told(asked(other, question))


def test_threads_get_their_own_answers(library: LettersLibrary) -> None:
    """Sixteen askers at once each get the answer to their own question."""
    expected = {question: told(asked(library, question)) for question in QUESTIONS}
    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(lambda q: (q, told(asked(library, q))), QUESTIONS * 6))
    assert all(answer == expected[question] for question, answer in given)


# An index that changes while it is asked


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until something has happened, 20 seconds at most."""
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def quick_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is looked at twenty times a second."""
    monkeypatch.setattr("index.live.POLL_SECONDS", 0.05)


@pytest.mark.usefixtures("quick_polling")
def test_new_generation_under_load(corpus_index: Path, tmp_path: Path) -> None:
    """A letter that is added while questions run is soon answered from, and no question fails."""
    directory = tmp_path / "index"
    shutil.copytree(corpus_index, directory)
    library = open_library(directory, follow=True)
    new = "Hoeveel bijenkasten plaatst de gemeente Zutphen?"
    before = asked(library, new)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(asked, library, q) for q in QUESTIONS * 8]
        letter = write_letter(
            tmp_path / "new", "bijen.txt",
            "De gemeente Zutphen plaatst 25 bijenkasten in het stadspark.", kenmerk="ABC/2025/1",
        )
        synchronise(directory, [letter], ModelEmbedder())
        answers = [future.result() for future in running]
    wait_for(lambda: library.readiness().generation > before.index.generation)
    after = asked(library, new)
    library.close()
    assert before.outcome != "answered" or "bijenkasten" not in (before.answer or "")
    assert quotes(after) == ["De gemeente Zutphen plaatst 25 bijenkasten in het stadspark."]
    assert after.citations[0].kenmerk == "ABC/2025/1"
    assert all(answer.verification.failed == 0 for answer in answers)


@pytest.mark.usefixtures("quick_polling")
def test_index_that_appears_later(corpus_hash_index: Path, tmp_path: Path) -> None:
    """A service may start before its index: it says so, and answers once that is there."""
    directory = tmp_path / "index"
    live = LiveIndex(directory, follow=True, make_embedder=lambda _: HashEmbedder())
    library = LettersLibrary(live)
    with pytest.raises(IndexUnusable, match="ingest"):
        asked(library, RECOMMENDATIONS)
    shutil.copytree(corpus_hash_index, tmp_path / "copy")
    (tmp_path / "copy").rename(directory)

    def is_ready() -> bool:
        try:
            return library.readiness().generation > 0
        except IndexUnusable:
            return False

    wait_for(is_ready)
    assert asked(library, RECOMMENDATIONS).index.embedding_model == "hash"
    library.close()


def test_what_is_wrong_with_an_index_that_appears_later_is_logged(
    corpus_hash_index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who runs the service learns why it still does not answer, once: those who ask do not."""
    live = LiveIndex(
        tmp_path / "index", follow=True, model="other",
        make_embedder=lambda _: HashEmbedder(),
    )
    live.close()
    shutil.copytree(corpus_hash_index, tmp_path / "index")
    live.refresh()
    live.refresh()
    [said] = [one.message for one in caplog.records if "no usable index" in one.message]
    assert "'hash'" in said
    assert "'other'" in said


@pytest.mark.usefixtures("quick_polling")
def test_index_deleted_while_serving(corpus_hash_index: Path, tmp_path: Path) -> None:
    """A deleted index is a clear message or an old answer, never a crash; a new one is taken up."""
    directory = tmp_path / "index"
    shutil.copytree(corpus_hash_index, directory)
    library = LettersLibrary(
        LiveIndex(directory, follow=True, make_embedder=lambda _: HashEmbedder())
    )
    assert asked(library, RECOMMENDATIONS).passages
    shutil.rmtree(directory)
    time.sleep(0.3)
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(asked, library, question) for question in QUESTIONS]:
            error = future.exception()
            assert error is None or (isinstance(error, IndexUnusable) and "ingest" in str(error))
    library.close()


def test_missing_index_without_following(tmp_path: Path) -> None:
    """A command without an index says at once what to do."""
    with pytest.raises(IndexUnusable, match="briefwijzer ingest"):
        open_library(tmp_path / "nothing")


def test_another_model_than_the_index_was_built_with(corpus_hash_index: Path) -> None:
    """A setting that names another model than the index's is refused, and both are named."""
    with pytest.raises(IndexUnusable, match=r"'hash'.*'other'"):
        open_library(corpus_hash_index, model="other")
    with pytest.raises(IndexUnusable, match="no longer"):
        LiveIndex(corpus_hash_index, make_embedder=lambda _: HashEmbedder(dimensions=32))


def test_corpus_is_all_there(library: LettersLibrary) -> None:
    """The library lists every letter of the corpus with its pages."""
    items = library.letters(0, 100).items
    assert len(items) == len(list(CORPUS.glob("*.txt")))
    assert sorted(item.pages or 0 for item in items) == [0, 0, 4, 4, 9]


def test_a_search_for_a_letters_own_field_begins_with_where_it_stands(
    library: LettersLibrary,
) -> None:
    """The head of the letter that is meant comes first; ranks and scores keep to the contract."""
    request = SearchRequest(question="Van welke datum is de brief over DNA-technologie?", top_k=10)
    passages = library.search(request, "request").passages
    assert "Den Haag, 25 oktober 2023" in passages[0].text
    assert [passage.rank for passage in passages] == list(range(1, 11))
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert len({passage.passage_id for passage in passages}) == 10


@pytest.mark.parametrize(
    "question",
    ["Wat is het kenmerk van de brief over kernenergie?",
     "Wie ondertekende de brief over chemische wapens?",
     "Wat is het kenmerk van de brief over de zorgverzekering?"],
)
def test_a_field_of_a_letter_that_is_not_there_is_refused(
    library: LettersLibrary, question: str
) -> None:
    """Half a compound, or one word of two, is not what the letter is about."""
    assert asked(library, question).outcome == "not_in_letters"


@pytest.mark.parametrize(
    ("question", "kenmerk"),
    [("Wie heeft de beslisnota opgesteld?", "IENM/BSK-2025/229077"),
     ("What is the reference of the decision note?", "IENM/BSK-2025/229077"),
     ("Wie heeft de kabinetsreactie ondertekend?", EXPOSOME),
     ("Waar gaat de beslisnota over?", "IENM/BSK-2025/229077")],
)
def test_the_only_letter_of_its_kind_is_meant(
    library: LettersLibrary, question: str, kenmerk: str
) -> None:
    """By its kind, or by what its subject calls it."""
    response = asked(library, question)
    assert response.outcome == "answered"
    assert {citation.kenmerk for citation in response.citations} == {kenmerk}


@pytest.mark.parametrize(
    "question",
    ["Wat is het kenmerk van de voortgangsbrief?", "Wie is de afzender van de kamerbrief?"],
)
def test_where_several_letters_fit_the_asker_is_asked(
    library: LettersLibrary, question: str
) -> None:
    """A guess would be a wrong kenmerk or signature."""
    assert asked(library, question).outcome == "needs_clarification"


@pytest.mark.parametrize(
    ("question", "short", "long"),
    [("Wat betekent ZZS?", "ZZS", "zeer zorgwekkende stoffen"),
     ("Waar staat GER voor?", "GER", "gezondheidseffectrapportage"),
     ("Wat is de afkorting GiaB?", "GiaB", "beleidsdomeinen"),
     ("What does WGS stand for?", "WGS", "whole genome sequencing"),
     ("Wat is een MER?", "MER", "milieueffectrapportage")],
)
def test_abbreviation_by_the_sentence_that_introduces_it(
    library: LettersLibrary, question: str, short: str, long: str
) -> None:
    """The long form beside the short one, in the letter's own words, first of what is shown."""
    response = asked(library, question)
    assert short in quotes(response)[0]
    assert long in quotes(response)[0].lower()
    assert response.passages[0].passage_id == response.citations[0].passage_id


@pytest.mark.parametrize(
    "question",
    ["Wat betekent RIVM?", "Waar staat VNG voor?", "What does RIVM stand for?", "Wat is XQZ?"],
)
def test_abbreviation_that_is_never_written_out(library: LettersLibrary, question: str) -> None:
    """That it is mentioned says nothing of what it means."""
    assert asked(library, question).outcome == "not_in_letters"


def test_difference_speaks_of_both(library: LettersLibrary) -> None:
    """Two things, introduced together or apart, are both quoted; of one alone nothing is."""
    both = " ".join(quotes(asked(library, "Wat is het verschil tussen WGS en WES?")))
    assert "(WGS)" in both
    assert "(WES)" in both
    apart = quotes(asked(library, "What is the difference between a GER and a MER?"))
    assert len(apart) == 2
    for question in ("Wat is het verschil tussen een GER en een HACCP?",
                     "Waarin verschilt farmacogenetica van homeopathie?"):
        assert asked(library, question).outcome == "not_in_letters"


MAIL = "Beste collega,\n\nTwee vragen:\n1. {}\n2. {}\n\nMet vriendelijke groet,\nJ. Jansen"
TUNNEL = "Hoeveel kost de tunnel onder de haven van Vlissingen?"


def test_both_questions_of_an_email_are_answered(library: LettersLibrary) -> None:
    """Each from its own letter, with markers that run on, and passages of both."""
    response = asked(library, MAIL.format(PILOTS, RECOMMENDATIONS))
    apart = [*quotes(asked(library, PILOTS)), *quotes(asked(library, RECOMMENDATIONS))]
    assert quotes(response) == apart
    assert [c.marker for c in response.citations] == list(range(1, len(apart) + 1))
    markers = re.findall(r"” \[(\d)\]", response.answer or "")
    assert markers == [str(c.marker) for c in response.citations]
    assert {c.letter_id for c in response.citations} <= {p.letter_id for p in response.passages}
    assert len(response.passages) == 8
    scores = [passage.score for passage in response.passages]
    assert scores == sorted(scores, reverse=True)
    assert response.verification.checked == len(apart)
    assert response.warnings == []
    assert {"retrieve", "compose", "total"} <= response.timings_ms.keys()


def test_both_questions_of_an_email_are_searched(library: LettersLibrary) -> None:
    """The passages of each in turn, each once, ranked on, with scores that do not rise."""
    wanted = [SearchRequest(question=one, top_k=3) for one in (PILOTS, RECOMMENDATIONS)]
    one, other = ([p.passage_id for p in library.search(r, "r").passages] for r in wanted)
    mail = MAIL.format(PILOTS, RECOMMENDATIONS)
    response = library.search(SearchRequest(question=mail, top_k=6), "r")
    found = [passage.passage_id for passage in response.passages]
    assert found[:6:2] == one
    assert found[1:6:2] == other
    assert [passage.rank for passage in response.passages] == list(range(1, 7))
    scores = [passage.score for passage in response.passages]
    assert scores == sorted(scores, reverse=True)
    assert {"retrieve", "total"} <= response.timings_ms.keys()


@pytest.mark.parametrize(
    "question",
    ["Wat betekent GER?", "Wat is een GER?", "Waar gaat kst-32793-703 over?",
     "Wat is het kenmerk van de brief over exposoom?"],
)
def test_what_a_rule_decides_has_no_draft(library: LettersLibrary, question: str) -> None:
    """The calibration is not fitted on questions whose answer does not depend on it."""
    assert asked(library, question).outcome == "answered"
    assert library.draft(SearchRequest(question=question)) is None
    assert library.draft(SearchRequest(question=PILOTS)) is not None


@pytest.mark.parametrize(
    "question",
    ["?!.,", "-", "“”", "😀", "\x00a", "[1] {x} ${y} (((", "GER " * 3000, "Wat? " * 3000],
)
def test_odd_input_is_answered_or_refused(library: LettersLibrary, question: str) -> None:
    """Whatever is asked, what comes back keeps the contract."""
    with must_end():
        response = asked(library, question, debug=True, top_k=3)
    scores = [passage.score for passage in response.passages]
    assert scores == sorted(scores, reverse=True)
    found = library.search(SearchRequest(question=question, top_k=3), "r").passages
    assert [passage.rank for passage in found] == [1, 2, 3]


def test_the_question_of_an_email_that_is_not_answered_is_named(library: LettersLibrary) -> None:
    """One answer beside a question that the letters do not answer comes with a warning."""
    response = asked(library, MAIL.format(PILOTS, TUNNEL))
    assert quotes(response) == quotes(asked(library, PILOTS))
    (warning,) = response.warnings
    assert warning.code == "question-not-answered"
    assert TUNNEL in warning.message
    neither = asked(library, MAIL.format(TUNNEL, "Wie bouwt de sporthal van Ootmarsum?"))
    assert (neither.outcome, neither.citations) == ("not_in_letters", [])
    assert neither.warnings == []


def test_what_is_said_of_a_refusal_holds_for_all_questions(library: LettersLibrary) -> None:
    """A warning that only one of two refusals carries is passed on, and once."""
    mail = MAIL.format(TUNNEL, "Wie bouwt de sporthal van Ootmarsum?")
    refused = asked(library, mail, composer="llm", debug=True, top_k=4)
    assert refused.outcome == "not_in_letters"
    assert [warning.code for warning in refused.warnings] == ["no-language-model"]
    assert [passage.rank for passage in refused.passages] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "question",
    ["asbestos roofs", "Exposome research recommendations", "Explain farmacogenetica",
     "Health impact assessment pilots", "What are ZZS?"],
)
def test_english_lead_in(library: LettersLibrary, question: str) -> None:
    """An English question, however short, gets English words around the Dutch quotations, or an
    English refusal."""
    response = asked(library, question)
    said = response.answer or response.message or ""
    assert re.match(r"The (?:letter|decision note)|This is not in", said)


@pytest.mark.parametrize(
    ("question", "name"),
    [("Wat zegt minister De Vries over farmacogenetica?", "De Vries"),
     ("Wat zegt de brief uit 1987 over farmacogenetica?", "1987"),
     ("Wat doet de gemeente Ootmarsum met farmacogenetica?", "Ootmarsum"),
     ("Wat zegt de motie van het lid Zonneveld over farmacogenetica?", "Zonneveld"),
     ("Wanneer komt er een NextGen 7 voor farmacogenetica?", "NextGen 7"),
     ("Wanneer begint het onderzoek naar farmacogenetica in Ootmarsum?", "Ootmarsum"),
     ("What does professor Johnson say about farmacogenetica?", "Johnson")],
)
def test_what_a_question_takes_for_granted(
    library: LettersLibrary, question: str, name: str
) -> None:
    """A person, place, motion or year that the letter does not name is not confirmed."""
    assert asked(library, "Wat zegt de brief over farmacogenetica?").outcome == "answered"
    response = asked(library, question)
    assert (response.outcome, response.citations) == ("not_in_letters", [])
    if response.confidence > 0.4:
        assert f"“{name}”" in (response.message or "")


def test_what_a_letter_does_name_may_be_asked(library: LettersLibrary) -> None:
    """Who signed and the year of a letter stand in it; a name beside is warned of."""
    for question in ("Wat zegt minister Kuipers over farmacogenetica?",
                     "Wat zegt de brief uit 2023 over farmacogenetica?"):
        response = asked(library, question)
        assert (response.outcome, response.warnings) == ("answered", [])
    beside = asked(library, "Wat is farmacogenetica, vraagt een huisarts in Ootmarsum?")
    assert [warning.code for warning in beside.warnings] == ["not-mentioned"]
    assert "Ootmarsum" in beside.warnings[0].message


def test_a_name_in_the_question_leads_to_its_letter(library: LettersLibrary) -> None:
    """Asked about Chemelot, nothing is quoted from a letter or sentence about health at large."""
    for question in ("Maakt Chemelot mensen ziek?", "Is wonen naast Chemelot slecht voor je?"):
        response = asked(library, question)
        assert response.outcome == "answered"
        assert "Chemelot" in quotes(response)[0]


def test_a_follow_up_is_answered_with_something_new(library: LettersLibrary) -> None:
    """"Wordt dat vergoed?" is answered with what is said of that, not with what was told."""
    first = "Wat is een farmacogenetisch profiel?"
    told = asked(library, first).answer
    history = [{"role": "user", "content": first}, {"role": "assistant", "content": told}]
    response = asked(library, "Wordt dat vergoed?", history=history)
    assert "vergoed" in " ".join(quotes(response)) or response.outcome == "not_in_letters"


def test_pasted_spaces_and_repeated_questions(library: LettersLibrary) -> None:
    """No-break spaces and control characters are spaces; a question asked twice is asked once."""
    plain = asked(library, "Wat is de GER?")
    pasted = asked(library, "Wat\u00a0is \u0000 de\u00a0GER?")
    assert quotes(pasted) == quotes(plain) != []
    twice = asked(library, " ".join(["Wat is het doel van de gesprekstafel?"] * 40))
    assert quotes(twice) == quotes(asked(library, "Wat is het doel van de gesprekstafel?"))
