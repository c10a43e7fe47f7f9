"""What the letters tell their observers of each answer, and whether an answer still stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.embedding import ModelEmbedder
from index.synchronise import synchronise
from service.audit.entry import Entry
from service.audit.log import AuditLog
from service.audit.records import AuditUnusable
from service.audit.standing import standing_of
from service.contract import AskRequest
from service.library import LettersLibrary, open_library
from service.listener import HungUp, Listener
from service.observers import Given
from tests.conftest import CORPUS, write_letter
from tests.test_service_library import RECOMMENDATIONS

LAMPS = "Hoeveel lantaarns komen er in Assen?"
SAID = "In Assen komen volgend jaar 20 lantaarns langs de singel."


class Observer:
    """Remembers what it is told, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.told: list[Given] = []
        self._error = error

    def answered(self, given: Given) -> None:
        """Remember it."""
        if self._error:
            raise self._error
        self.told.append(given)


@pytest.fixture
def observer() -> Observer:
    """An observer that fails nowhere."""
    return Observer()


@pytest.fixture
def library(corpus_index: Path, observer: Observer) -> Iterator[LettersLibrary]:
    """The corpus, observed."""
    opened = open_library(corpus_index, observers=[observer])
    yield opened
    opened.close()


def test_what_observers_are_told(library: LettersLibrary, observer: Observer) -> None:
    """Each answer and refusal with what was asked, and the file of each letter cited; suggestions
    and searches are no answers."""
    asked = AskRequest(question=RECOMMENDATIONS)
    response = library.ask(asked, "een")
    library.ask(AskRequest(question="Wat kost een treinkaartje?"), "twee")
    library.suggestions("nl")
    answer, refusal = observer.told
    assert (answer.request, answer.request_id, answer.response) == (asked, "een", response)
    file = CORPUS / library.letter(response.citations[0].letter_id).source
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert answer.letters == {response.citations[0].letter_id: sha256}
    assert answer.seconds > 0
    assert answer.heard == ""
    assert (refusal.request_id, refusal.letters) == ("twee", {})


def hanging_up(after: int, heard: list[str]) -> Listener:
    """Hangs up after so many pieces."""

    def hear(text: str) -> None:
        heard.append(text)
        if len(heard) == after:
            listener.hang_up()

    listener = Listener(on_text=hear)
    return listener


def test_who_hangs_up_after_a_piece(library: LettersLibrary, observer: Observer) -> None:
    """The pieces that had left are told, with what they cite and no more."""
    heard: list[str] = []
    with pytest.raises(HungUp):
        library.ask(AskRequest(question=RECOMMENDATIONS), "weg", hanging_up(2, heard))
    (given,) = observer.told
    assert given.response is None
    assert given.heard == "".join(heard)
    assert [one.marker for one in given.citations] == [1, 2]
    assert all(one.quote in given.heard for one in given.citations)
    assert set(given.letters) == {one.letter_id for one in given.citations}


def test_who_hangs_up_before_a_piece(library: LettersLibrary, observer: Observer) -> None:
    """Nothing left, and nothing is told; neither of who waits for the whole answer and goes."""
    gone = Listener(on_text=lambda _: None)
    gone.hang_up()
    with pytest.raises(HungUp):
        library.ask(AskRequest(question=RECOMMENDATIONS), "weg", gone)
    assert observer.told == []


def test_an_observer_that_fails(corpus_index: Path) -> None:
    """Where an answer cannot be accounted for it is not given, and later observers hear of none."""
    later = Observer()
    library = open_library(corpus_index, observers=[Observer(AuditUnusable("vol")), later])
    with pytest.raises(AuditUnusable, match="vol"):
        library.ask(AskRequest(question=RECOMMENDATIONS), "een")
    library.close()
    assert later.told == []


class Place:
    """A folder of letters, its index and an audit log, to answer, change and look back in."""

    def __init__(self, place: Path) -> None:
        self.letters, self.index = place / "brieven", place / "index"
        self.log = AuditLog(place / "audit.sqlite")
        write_letter(self.letters, "assen.txt", SAID, kenmerk="AS-2025-1")
        write_letter(self.letters, "borne.txt", "In Borne wordt de haven verdiept.", kenmerk="BO-1")
        self.ingest()

    def ingest(self) -> None:
        """Bring the index up to date."""
        synchronise(self.index, [self.letters], ModelEmbedder(), allow_removals=True)

    def answered(self, **fields: Any) -> Entry:
        """The record of an answer given now."""
        library = open_library(self.index, observers=[self.log])
        request = AskRequest.model_validate({"question": LAMPS, **fields})
        response = library.ask(request, "verzoek")
        library.close()
        assert response.outcome == "answered"
        return self.log.of_request("verzoek")[0]

    def standing(self, entry: Entry) -> Any:
        """How it stands today."""
        library = open_library(self.index)
        found = standing_of(entry, library)
        library.close()
        return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two letters, indexed."""
    return Place(tmp_path)


def test_an_answer_that_stands(place: Place) -> None:
    """Nothing changed: the same answer; and a new generation with other letters is no change."""
    entry = place.answered()
    found = place.standing(entry)
    assert found.is_same
    assert found.asked
    assert found.means == []
    write_letter(place.letters, "coevorden.txt", "In Coevorden sluit het zwembad.", kenmerk="CO-1")
    place.ingest()
    found = place.standing(entry)
    assert found.is_same
    assert [one.what for one in found.means] == ["index generation"]


def test_a_letter_that_is_gone(place: Place) -> None:
    """A letter that was taken away is said to be gone, and today's refusal beside the answer."""
    entry = place.answered()
    (place.letters / "assen.txt").unlink()
    place.ingest()
    found = place.standing(entry)
    assert not found.is_same
    assert [one.letter for one in found.citations] == ["gone"]
    assert found.differences[0].what == "outcome"


def test_a_letter_read_from_another_file(place: Place) -> None:
    """Words that still stand there are told from words that were changed."""
    entry = place.answered()
    write_letter(place.letters, "assen.txt", SAID, "Met hartelijke groet.", kenmerk="AS-2025-1")
    place.ingest()
    (citation,) = place.standing(entry).citations
    assert (citation.letter, citation.verbatim) == ("changed", True)
    write_letter(place.letters, "assen.txt", SAID.replace("20", "30"), kenmerk="AS-2025-1")
    place.ingest()
    found = place.standing(entry)
    (citation,) = found.citations
    assert (citation.letter, citation.verbatim, citation.moved) == ("changed", False, False)
    answer = next(one for one in found.differences if one.what == "answer")
    assert "20 lantaarns" in answer.then
    assert "30 lantaarns" in answer.now
    assert not found.is_same


def paged(*pages: str) -> str:
    """A letter whose pages are parted as a converter parts them."""
    return "\f".join(pages)


def test_a_quotation_that_moved(place: Place) -> None:
    """Words that stand on another page now are found there."""
    first = "Datum 1 maart 2025\nOns kenmerk AS-2025-1\n\nGeachte voorzitter,\n\n"
    file = place.letters / "assen.txt"
    file.write_text(paged(f"{first}{SAID}\n", "Met groet.\n"), encoding="utf-8")
    place.ingest()
    entry = place.answered()
    assert entry.citations[0].page == 1
    file.write_text(paged(f"{first}Met groet.\n", f"{SAID}\n"), encoding="utf-8")
    place.ingest()
    (citation,) = place.standing(entry).citations
    assert (citation.verbatim, citation.moved, citation.page) == (False, True, 2)


Changed = Callable[[Entry], Entry]


@pytest.mark.parametrize(
    ("change", "why", "what"),
    [
        ({"question": None, "program": "0.0.1"}, "not kept", "program"),
        ({"model": "groot"}, "language model", "language model"),
        ({"model": "groot", "prompts": [{"name": "answer-1", "sha256": "0" * 64}]},
         "language model", "prompt answer-1"),
        ({"model": "groot", "prompts": [{"name": "../x", "sha256": "0" * 64}]},
         "language model", "prompt ../x"),
    ],
)
def test_what_is_not_asked_again(place: Place, change: dict[str, Any], why: str, what: str) -> None:
    """A language model's answer, or one whose question was not kept, stands by its citations as
    long as its means are the same; what changed of those is named."""
    entry = place.answered()
    found = place.standing(
        Entry.model_validate({**entry.model_dump(mode="json"), **change}, strict=False)
    )
    assert not found.asked
    assert why in found.unasked
    assert what in [one.what for one in found.means]
    assert not found.is_same
    assert all(one.stands for one in found.citations)


def test_an_answer_with_masks(place: Place) -> None:
    """Personal data in the question is masked in the record, which is asked again as it is."""
    entry = place.answered(question=f"{LAMPS} Mail mij: jan@voorbeeld.nl.")
    assert entry.masked
    assert "jan@" not in (entry.question or "")
    assert place.standing(entry).asked
