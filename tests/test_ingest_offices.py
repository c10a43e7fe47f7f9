import pytest

from ingest.offices import is_organisation, office_of


@pytest.mark.parametrize(
    ("sender", "office"),
    [
        ("de minister van Financiën", "Minister van Financiën"),
        ("De Minister van Financiën, A. Blok", "Minister van Financiën"),
        ("DE MINISTER VAN FINANCIËN, drs. A.B. de Blok-Kade", "Minister van Financiën"),
        ("Femke Voorbeeld Minister van Financiën", "Minister van Financiën"),
        ("de minister van Financiën,", "Minister van Financiën"),
        ("De minister van Volksgezondheid, Welzijn en Sport, Maarten van den Blok", (
            "Minister van Volksgezondheid, Welzijn en Sport")),
        ("DE STAATSSECRETARIS VAN VOLKSGEZONDHEID, WELZIJN EN SPORT - JEUGD, A. Blok", (
            "Staatssecretaris van Volksgezondheid, Welzijn en Sport – Jeugd")),
        ("DE MINISTER VAN VWS", "Minister van VWS"),
        ("Minister Blok (Financiën), mede namens de Minister van Defensie", (
            "Minister Blok (Financiën)")),
        ("Vereniging Rijn, drs. A. Blok, directeur", "Vereniging Rijn"),
        ("Adviesraad Water, prof. dr. A. Blok voorzitter", "Adviesraad Water"),
        ("prof. dr. A. Blok directeur-generaal RIVM", "Directeur-generaal RIVM"),
        ("het college van burgemeester en wethouders van Dorp", (
            "College van burgemeester en wethouders van Dorp")),
        ("Gedeputeerde Staten van Voorbeeldland", "Gedeputeerde Staten van Voorbeeldland"),
        ("DG Water, Directie Zee", "DG Water, Directie Zee"),
        ("A. Blok, voorzitter", "A. Blok, voorzitter"),
    ],
)
def test_an_office_is_counted_once(sender: str, office: str) -> None:
    """However an office is written and whoever holds it, its letters count as one sender's."""
    assert office_of(sender) == office


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GGD Rijn", True),
        ("Gemeente Rijn", True),
        ("Rijn & Zoon B.V.", True),
        ("N.V. Rijn", True),
        ("Patiëntenbond Rijn", True),
        ("Kim van der Rijn", False),
        ("A.B. Rijn", False),
        ("mevrouw Rijn van de Gemeente Dorp", False),
        ("KIM RIJN", False),
    ],
)
def test_an_organisation_is_told_from_a_person(name: str, expected: bool) -> None:
    """Only what shows itself to be an organisation is one: a person is never named as such."""
    assert is_organisation(name) is expected
