"""Each variant leaves out what its name says, so that an ablation measures that."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.commands import command
from eval.variants import VARIANTS
from index.query import field_terms, make_query
from index.retrieval import RETRIEVAL
from service import contract
from service.library import open_library

QUESTION = "Mogen buren meepraten over de gezondheidseffectrapportage?"


def test_the_whole_system_is_the_default() -> None:
    """What users get is what `all` measures, and every other variant differs from it."""
    assert VARIANTS["all"] == RETRIEVAL
    assert all(variant != RETRIEVAL for name, variant in VARIANTS.items() if name != "all")


def test_lexical_variants_add_terms_one_kind_after_the_other(corpus_hash_index: Path) -> None:
    """Words alone have no parts of compounds; the last lexical variant looks up the most."""
    library = open_library(corpus_hash_index, load_model=False)
    vocabulary = library._index.current().vocabulary
    query = make_query(QUESTION)
    found = {
        name: field_terms(query, vocabulary, VARIANTS[name])
        for name in ("words", "compounds", "abbreviations", "lexical")
    }
    library.close()
    assert "parts" not in found["words"]
    assert "rapportag" in " ".join(found["compounds"]["parts"])
    counts = [len(found[name].get("parts", {})) for name in found]
    assert counts == sorted(counts)
    assert counts[-1] > counts[1]


def test_without_meaning_only_words_decide(corpus_index: Path) -> None:
    """A question without any word of the letters scores nothing on the lexical side alone."""
    request = contract.SearchRequest(question="qqqq zzzz xxxx")
    library = open_library(corpus_index, retrieval=VARIANTS["lexical"])
    scores = [passage.score for passage in library.search(request, "r").passages]
    library.close()
    assert scores == [0.0] * len(scores)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--variant", "nothing"], "there are words, compounds"),
        (["--variant", "dense", "--url", "http://127.0.0.1:1"], "leave --url out"),
    ],
)
def test_a_variant_that_cannot_be_measured_is_refused(arguments: list[str], message: str) -> None:
    """A wrong name lists the right ones; a service elsewhere cannot be taken apart."""
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert message in done.output
