import pytest

from ingest.cleaning import joint_of
from tests.ingest_letters import EXPOSOME, INDUSTRY, KAMERSTUK, corpus_letter, letter_from

HEAD = "Geachte voorzitter,\n\n"


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("methodes zijn genoty-", "pering, een test", "genotypering,"),
        ("er is stil asfalt beschik-", "baar gesteld", "beschikbaar"),
        (
            "voor integraal leefomgeving-",
            "en gezondheidsbeleid",
            "leefomgeving- en gezondheidsbeleid",
        ),
        ("afval hoog-", "en laagwaardig verwerkt", "hoog- en laagwaardig"),
        ("het nieuwe PFAS-", "beleid van", "PFAS-beleid"),
        ("de oprichting van ISP-", "CWP in", "ISP-CWP"),
        ("bouwt aan een data-", "infrastructuur voor", "data-infrastructuur"),
        ("in Zuid-", "Holland staat", "Zuid-Holland"),
        ("in de periode 2020-", "2024 is", "2020-2024"),
        (
            "zie https://www.rivm.nl/zeer-",
            "zorgwekkend voor",
            "https://www.rivm.nl/zeer-zorgwekkend",
        ),
        ("(example.nl/nieuws/tieners-weer-", "vrijgelaten/) meldt", "weer-vrijgelaten/)"),
        ("op www.example.nl/sites/beleid", "%202022.pdf staat", "beleid%202022.pdf"),
        ("het College van procureurs-", "generaal wil", "procureurs-generaal"),
        ("de minister-", "president zegt", "minister-president"),
        ("een laatste -", "losse streep", "- losse"),
        ("de gezondheidseffecten en -", "risico’s van", "en -risico’s"),
        ("met state-of-", "the-art technologie", "state-of-the-art"),
        ("met state-", "of-the-art technologie", "state-of-the-art"),
        ("het advies ‘Ge-", "zond Gezag’", "‘Gezond"),
        ("mede door mili-", "eubeleid heeft", "milieubeleid"),
    ],
)
def test_words_broken_over_a_line_end_are_restored(line: str, following: str, joined: str) -> None:
    """A word is searchable whole, while hyphens that belong to it stay."""
    joint = joint_of(line, following)
    text = {
        "space": f"{line} {following}",
        "keep": line + following,
        "fuse": line[:-1] + following,
    }[joint]
    assert joined in text


def test_the_letters_own_spelling_settles_a_hyphen() -> None:
    """A compound that the letter spells with a hyphen elsewhere keeps it at a line end."""
    assert joint_of("dit is een e-", "mail", frozenset({"e-mail"})) == "keep"
    assert joint_of("een kosten-", "raming", frozenset({"kosten-raming"})) == "keep"
    assert joint_of("een kosten-", "raming", frozenset({"kostenraming"})) == "fuse"
    whole = frozenset({"privacy-by-design", "ggd-en", "bron-en"})
    assert joint_of("het ‘privacy-by-", "design’-principe", whole) == "keep"
    assert joint_of("hebben de GGD-", "en, bij wie", whole) == "keep"
    assert joint_of("reguliere bron-", "en contactonderzoek", whole) == "space"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (KAMERSTUK, "genotypering, een DNA-test"),
        (KAMERSTUK, "genoomdata-infrastructuur"),
        (EXPOSOME, "integraal leefomgeving- en gezondheidsbeleid."),
        (EXPOSOME, "beleidsontwikkelaars, -uitvoerders en -beslissers"),
    ],
)
def test_joined_words_of_the_corpus(name: str, words: str) -> None:
    """Known joints of the real letters come out as their writers meant them."""
    assert words in corpus_letter(name).text


@pytest.mark.parametrize(
    "furniture", ["[bookmark:", "footnoteRef", "Retouradres", "Pagina 2", "ISSN", "[overzicht]"]
)
@pytest.mark.parametrize("name", [EXPOSOME, KAMERSTUK, INDUSTRY])
def test_furniture_reaches_no_passage(name: str, furniture: str) -> None:
    """No passage shows page furniture or conversion marks."""
    assert furniture not in corpus_letter(name).text


def test_soft_line_ends_are_joined_and_paragraphs_kept() -> None:
    """A paragraph is one line; the next paragraph is another block."""
    lines = ["Deze regel loopt door tot aan het eind van de bladzijde en gaat dan verder"] * 4
    text = HEAD + "\n".join(lines) + ".\n\n" + "\n".join(lines) + ".\n"
    letter = letter_from(text)
    assert [b.kind for b in letter.blocks] == ["paragraph"] * 3
    assert "\n" not in letter.text[letter.blocks[1].start : letter.blocks[1].end]


def test_a_running_head_is_left_out_but_a_title_stays() -> None:
    """A line that opens most pages is furniture; on the first page it is the title."""
    body = "De tekst van de pagina gaat over de kosten van het project en loopt zo door.\n" * 4
    letter = letter_from("\f".join(f"Rapport geluid\n\n{body}" for _ in range(4)))
    assert letter.text.count("Rapport geluid") == 1


def test_own_words_are_not_taken_for_a_repeated_head() -> None:
    """A sentence that returns at the top of a later page stays."""
    body = "De tekst van de pagina gaat over de kosten van het project en loopt zo door.\n"
    again = "Het kabinet stelt vast dat de kosten stijgen en dat de baten gelijk blijven.\n"
    letter = letter_from(f"Pagina 1 van 2\n{again}{body * 5}Pagina 2 van 2\n{again}{body}")
    assert letter.text.count("de baten gelijk blijven") == 2


def test_sections_are_paths_of_headings() -> None:
    """A passage under a numbered subheading knows the heading above it too."""
    prose = "Dit is een alinea die lang genoeg is om als lopende tekst te gelden, met een punt.\n\n"
    text = f"{HEAD}{prose}1. Aanpak\n\n{prose}1.1 Geld\n\n{prose}2. Vervolg\n\n{prose}"
    paths = {block.section for block in letter_from(text).blocks}
    assert ("1. Aanpak", "1.1 Geld") in paths
    assert ("2. Vervolg",) in paths


def test_numbered_items_after_a_colon_are_a_list() -> None:
    """Recommendations in a list are items, not headings."""
    text = (
        f"{HEAD}De raad doet deze aanbevelingen:\n1. Begin op tijd\n2. Meet vaker\n3. Stop nooit\n"
    )
    kinds = [block.kind for block in letter_from(text).blocks]
    assert kinds[-3:] == ["list_item"] * 3
