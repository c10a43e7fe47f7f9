import pytest

from ingest.joints import joint_of
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
        ("het is zo-", "als bekend", "zoals"),
        ("is dit niet-", "temin zo", "niettemin"),
        ("de ontplooi-", "ing van", "ontplooiing"),
        ("het lage btw-", "tarief", "btw-tarief"),
        ("op grond van de Wk-", "kgz is", "Wkkgz"),
        ("op sociaal-", "economisch gebied", "sociaal-economisch"),
        ("de groei-", "en krimpregio’s", "groei- en krimpregio’s"),
        ("over de infor\u00ad", "matie is", "informatie"),
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
    assert joint_of("alle partij-", "en zijn", frozenset({"partijen"})) == "fuse"
    assert joint_of("de land-", "en tuinbouw", frozenset({"landen"})) == "space"


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


def test_a_line_that_is_nearly_full_goes_on_with_a_name() -> None:
    """How many letters fit on a line differs, so a little room left ends no paragraph; a short
    line, and a numbered title, do end there."""
    full = "Dit is een regel van de brief die over de hele breedte van de bladzijde loopt en dan\n"
    asked = "Hoe gaat u bedrijven die voor verduurzaming afhankelijk waren van de Delta\nRhine"
    title = "4.5 Verdere beoordeling van wat is voorgenomen en van de risico’s daarvan\nDe rest"
    text = f"{HEAD}{full * 6}{asked} Corridor ondersteunen?\n\n{title} volgt nog.\n\n{full * 6}"
    letter = letter_from(f"{text}Kort\nDe rest.\n")
    assert f"{asked} Corridor".replace("\n", " ") in letter.text
    texts = [letter.text[b.start : b.end] for b in letter.blocks]
    assert {title.split("\n")[0], "De rest volgt nog.", "De rest."} <= set(texts)


def test_a_running_head_is_left_out_but_a_title_stays() -> None:
    """A line that opens most pages is furniture; on the first page it is the title."""
    body = "De tekst van de pagina gaat over de kosten van het project en loopt zo door.\n" * 4
    letter = letter_from("\f".join(f"Rapport geluid\n\n{body}" for _ in range(4)))
    assert letter.text.count("Rapport geluid") == 1


def test_headings_that_open_most_pages_are_no_running_heads() -> None:
    """Lines that differ in a number alone are page furniture only where it counts the pages."""
    body = "{0} gaat de tekst van de pagina over de kosten van het project, en zo door.\n" * 4
    answers = zip((1, 4, 5, 9), "ABCD", strict=True)
    letter = letter_from("\f".join(f"Antwoord {n}\n{body.format(name)}" for n, name in answers))
    assert [letter.text.count(f"Antwoord {n}") for n in (1, 4, 5, 9)] == [1, 1, 1, 1]
    pages = zip((5, 6, 7, 8), "ABCD", strict=True)
    letter = letter_from("\f".join(f"{body.format(name)}Rapport 12 | {n}\n" for n, name in pages))
    assert "Rapport" not in letter.text


def test_running_heads_of_several_lines_are_left_out() -> None:
    """What stands between a page number and the text on most pages is furniture, line by line."""
    body = "De tekst van pagina {0} gaat over de kosten van het project en loopt zo door.\n" * 4
    head = "Pagina {}\nMinisterie van Voorbeelden\nDirectie Water\n\n"
    pages = zip(range(1, 5), "ABCD", strict=True)
    letter = letter_from("\f".join(head.format(page) + body.format(name) for page, name in pages))
    assert letter.text.count("Ministerie") == letter.text.count("Directie") == 1
    assert letter.text.count("De tekst") == 16


def test_a_label_of_annexes_is_no_web_page() -> None:
    """'Bijlagen:' goes with the links of a page that shows a letter, and only there."""
    prose = "Dit is een alinea die lang genoeg is om als lopende tekst te gelden, met een punt.\n"
    assert "Bijlagen:" in letter_from(f"Bijlagen:\n- Rapport\n\n{HEAD}{prose}").text
    shown = f"Directe link naar document (.docx).\n\nBijlagen:\n\n{HEAD}{prose}"
    assert "Bijlagen:" not in letter_from(shown).text


@pytest.mark.parametrize(
    "salutation",
    [
        "Geachte voorzitter,", "Geachte heer mr. J.P. Jansen", "Geachte mevrouw drs. De Vries,",
        "Zeer geachte heer Bos,", "Geacht college van B. en W.,", "Mijnheer de voorzitter,",
        "L.S.,", "Dear Mr. Smith,", "Dear Sir or Madam,", "Your Excellency,",
    ],
)
def test_a_letter_begins_at_its_salutation(salutation: str) -> None:
    """What stands before it is letterhead, however long, and the salutation is not."""
    above = "Ministerie van Voorbeelden, Postbus 1, Den Haag, de hoofdstad van de voorbeelden.\n\n"
    letter = letter_from(f"{above * 3}{salutation}\n\nWij schrijven u over het water.\n")
    kinds = [(letter.text[b.start : b.end], b.kind) for b in letter.blocks]
    assert [kind for _, kind in kinds[:3]] == ["letterhead"] * 3
    assert kinds[3] == (salutation, "paragraph")


@pytest.mark.parametrize(
    "greeting", ["Hoogachtend,", "Met vriendelijke groet,", "Yours sincerely,", "Kind regards,"]
)
def test_a_letter_ends_with_its_signature(greeting: str) -> None:
    """The greeting and the names below it are one block, and no heading or text."""
    letter = letter_from(f"{HEAD}Wij schrijven u over het water.\n\n{greeting}\n\nJ. Bos\n")
    assert letter.blocks[-1].kind == "closing"
    assert letter.text[letter.blocks[-1].start :] == f"{greeting} J. Bos"


_REQUEST = (
    "Correspondentie uitsluitend richten aan het retouradres met vermelding van de datum en het "
    "kenmerk van deze brief."
)


@pytest.mark.parametrize(
    "request_lines",
    [
        _REQUEST,
        _REQUEST.replace(" aan", " aan\n").replace(" de datum", " de\ndatum"),
        _REQUEST.replace("uitsluitend ", "uitsluitend\n").replace("met", "\nmet"),
        "Bij beantwoording de datum\nen ons kenmerk vermelden.\nWilt u slechts één zaak in\n"
        "uw brief behandelen.",
    ],
    ids=["one line", "narrow", "narrower", "two sentences"],
)
def test_a_request_on_how_to_answer_is_no_part_of_a_letter(request_lines: str) -> None:
    """It is left out of the head, also right below a field, and ends with its last sentence."""
    letter = letter_from(
        f"Ons kenmerk\nAB-2024/12\n{request_lines}\nDirectie Water\n\nDatum 3 mei 2024\n\n{HEAD}"
        f"Wij schrijven u over het water.\n\n{_REQUEST}\n"
    )
    head, _, text = letter.text.partition(HEAD.strip())
    assert head.split("\n\n")[0] == "Ons kenmerk AB-2024/12 Directie Water"
    assert letter.metadata.kenmerk == "AB-2024/12"
    # As words of the letter itself it stays.
    assert _REQUEST in text


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


def test_a_question_is_no_heading_though_its_note_was_read_as_a_star() -> None:
    """A recognised page may have "?*" where a raised digit cites a note."""
    asked = "Kent u het bericht «Zwemwater afgekeurd»?*"
    letter = letter_from(f"{HEAD}Vraag 1\n\n{asked}\n\nAntwoord 1\n\nJa.\n\n")
    paths = {letter.text[block.start : block.end]: block.section for block in letter.blocks}
    assert paths[asked] == ("Vraag 1",)
    assert paths["Ja."] == ("Vraag 1", "Antwoord 1")


def test_numbered_items_after_a_colon_are_a_list() -> None:
    """Recommendations in a list are items, not headings."""
    text = (
        f"{HEAD}De raad doet deze aanbevelingen:\n1. Begin op tijd\n2. Meet vaker\n3. Stop nooit\n"
    )
    kinds = [block.kind for block in letter_from(text).blocks]
    assert kinds[-3:] == ["list_item"] * 3
