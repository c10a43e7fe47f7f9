"""A letter answers the same whether it comes as text, as PDF or as DOCX."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.gold import load_gold
from index.embedding import ModelEmbedder
from index.synchronise import synchronise
from service.contract import AskRequest, AskResponse
from service.library import open_library
from tests.conftest import CORPUS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.full

GOLD = Path(__file__).parents[2] / "eval" / "gold"
RENDERED = Path(__file__).parents[1] / "data" / "rendered"


def answers(index: Path) -> dict[str, AskResponse]:
    """The answer to each gold question, by the question's id."""
    library = open_library(index)
    found = {}
    for question in load_gold(GOLD):
        request = AskRequest(question=question.question)
        found[question.id] = library.ask(request, "gold")
    library.close()
    return found


@pytest.fixture(scope="module")
def from_text(corpus_index: Path) -> Iterator[dict[str, AskResponse]]:
    """The answers out of the letters as text."""
    return answers(corpus_index)


@pytest.mark.parametrize("extension", ["pdf", "docx"])
def test_answers_do_not_hang_on_the_format(
    extension: str, from_text: dict[str, AskResponse], tmp_path: Path
) -> None:
    """Every question has the same outcome from the same letters; the words differ only where a
    page end, which falls elsewhere in a rendering and nowhere in a DOCX, parts a sentence."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for letter in CORPUS.glob("*.txt"):
        shutil.copy(RENDERED / f"{letter.stem}.{extension}", folder)
    supplied = (CORPUS / "letters.toml").read_text().replace('.txt"', f'.{extension}"')
    (folder / "letters.toml").write_text(supplied)
    synchronise(tmp_path / "index", [folder], ModelEmbedder())
    found = answers(tmp_path / "index")
    assert {name: one.outcome for name, one in found.items()} == {
        name: one.outcome for name, one in from_text.items()
    }
    same = [cited(found[name]) == cited(one) for name, one in from_text.items()]
    assert sum(same) >= 0.97 * len(same)
    same = [quoted(found[name]) == quoted(one) for name, one in from_text.items()]
    assert sum(same) >= 0.9 * len(same)


def cited(response: AskResponse) -> set[str]:
    """The letters that an answer cites."""
    return {citation.letter_id for citation in response.citations}


def quoted(response: AskResponse) -> str:
    """All that an answer quotes, without white space."""
    return "".join("".join(citation.quote.split()) for citation in response.citations)
