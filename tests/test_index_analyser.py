"""Text to terms: folding, stop words, singular and plural, references in every spelling."""

from __future__ import annotations

import pytest

from index.analyser import analyse, fold, stem

SINGULAR_AND_PLURAL = """toeslag/toeslagen brief/brieven huis/huizen effect/effecten stof/stoffen
    gemeente/gemeenten gemeente/gemeentes ziekte/ziekten ziekte/ziektes bijlage/bijlages
    motie/moties visie/visies analyse/analyses familie/families advies/adviezen verlies/verliezen
    proces/processen adres/adressen grens/grenzen kans/kansen mens/mensen arts/artsen
    plaats/plaatsen toets/toetsen lid/leden kamerlid/kamerleden stad/steden kind/kinderen
    criterium/criteria overheid/overheden vergunning/vergunningen tarief/tarieven""".split()


@pytest.mark.parametrize("pair", SINGULAR_AND_PLURAL)
def test_singular_and_plural_are_one_term(pair: str) -> None:
    """A question in the singular finds a letter in the plural."""
    singular, plural = pair.split("/")
    assert stem(singular) == stem(plural)


@pytest.mark.parametrize("pair", ["geleden/lid", "besteden/stad", "verleden/lid", "raad/raam"])
def test_other_words_stay_apart(pair: str) -> None:
    """What only looks like a plural is none."""
    one, other = pair.split("/")
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Geïnformeerd", "geinformeerd"), ("ﬁche", "fiche"), ("CO₂", "co2"), ("ÉÉN", "een")],
)
def test_folding_takes_off_case_diacritics_and_compatibility_forms(text: str, folded: str) -> None:
    """Letters and questions are typed with and without accents."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text",
    ["Kamerstuk 28 089, nr. 321", "28089-321", "28 089, nr. 321", "28089 nr. 321", "28089–321"],
)
def test_a_kamerstuk_is_one_term_in_every_spelling(text: str) -> None:
    """Its number, and beside it the dossier that it belongs to."""
    assert analyse(text).references == ["ref:28089-321", "ref:28089"]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("artikel 2.4", ["artikel-2.4"]),
        ("Artikel 2.4.", ["artikel-2.4"]),
        ("art. 2.4 lid 3", ["artikel-2.4", "artikel-2.4-3"]),
        ("artikel 2.4, derde lid", ["artikel-2.4", "artikel-2.4-3"]),
        ("het derde lid van artikel 2.4", ["artikel-2.4", "artikel-2.4-3"]),
        ("lid 3 van art. 2.4", ["artikel-2.4", "artikel-2.4-3"]),
        ("artikel 10a", ["artikel-10a"]),
        ("artikelen 5 en 7", ["artikel-5", "artikel-7"]),
        ("§ 3.1", ["paragraaf-3.1"]),
        ("§3.1", ["paragraaf-3.1"]),
        ("par. 3.1", ["paragraaf-3.1"]),
        ("paragraaf 3.1", ["paragraaf-3.1"]),
        ("bijlage II", ["bijlage-ii"]),
        ("bijlage 3 en 5", ["bijlage-3", "bijlage-5"]),
        ("een artikel over 5 zaken", []),
        ("de kunst van art en 5 dingen", []),
        ("bijlage in de brief", []),
    ],
)
def test_a_place_is_one_term_in_every_spelling(text: str, references: list[str]) -> None:
    """A lid has its own term and that of its article; a mere word has none."""
    assert analyse(text).references == [f"ref:{reference}" for reference in references]


def test_a_place_keeps_its_words() -> None:
    """Whoever asks for the number alone finds it too."""
    assert {"artikel", "2.4"} <= set(analyse("artikel 2.4").words)


def test_stop_words_and_note_digits_are_no_terms() -> None:
    """Only words that tell one passage from another are looked up."""
    assert analyse("Wat is het beleid1 van de minister over CO2?").forms == [
        "beleid", "minister", "co2"
    ]
