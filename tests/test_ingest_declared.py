import pytest

from ingest.document import RawDocument, RawPage
from ingest.letter import Kind, Letter, Metadata
from ingest.reading import make_letter
from ingest.supplied import Supplied

BARE = (
    "Voortgang aanpak laagfrequent geluid\n\nIn het voorjaar is op zes plaatsen gemeten hoe sterk "
    "het geluid is. De uitkomsten worden hieronder besproken, met de vervolgstappen.\n"
)
FULL = (
    "De Voorzitter van de Tweede Kamer\nPostbus 20018\n2500 EA DEN HAAG\n\nDatum 3 mei 2024\n"
    "Betreft Geluid\n\nOns kenmerk\nAB-2024/17\n\nGeachte voorzitter,\n\nDit is de tekst van de "
    "brief.\n\nDe minister van Infrastructuur en Waterstaat,\n\nA. Voorbeeld\n"
)
PUBLISHED = {
    "identifier": "kst-32793-703",
    "dossier": "32793; 31765",
    "ondernummer": "703",
    "issued": "2023-10-30",
    "datumbrief": "2023-10-25",
    "indiener": "E.J. Voorbeeld",
    "creator": "Tweede Kamer der Staten-Generaal",
    "source_url": "https://zoek.officielebekendmakingen.nl/kst-32793-703.html",
}


def letter_with(
    properties: dict[str, str], text: str = BARE, supplied: Supplied | None = None
) -> Letter:
    """A letter of `text` in a file with these properties."""
    document = RawDocument((RawPage(None, None, text),), properties)
    return make_letter(document, "brief.pdf", "0" * 64, supplied)


def from_document(metadata: Metadata) -> dict[str, object]:
    """The fields that the file's properties supplied."""
    return {
        name: getattr(metadata, name)
        for name, source in metadata.provenance.items()
        if source == "document"
    }


@pytest.mark.parametrize(
    "title",
    [
        "None",
        "Microsoft Word - 46359tmp1C11~-1.doc",
        "Logo Den Haag, 2 november 2007",
        "voortgang aanpak laagfrequent geluid.docx",
        "Kamerbrief",
        "Voortgang aanpak",
        "Een titel die nergens in de brief staat",
    ],
)
def test_a_title_that_is_none_is_no_subject(title: str) -> None:
    """A file name, a template's title, one word or strange words are not what a letter is about."""
    assert letter_with({"title": title}).metadata.subject is None


def test_a_title_whose_words_stand_in_the_letter_is_its_subject() -> None:
    """A title is believed where the letter has it too, and its provenance says where it is from."""
    title = "Voortgang aanpak laagfrequent geluid"
    for shown in (title, f"{title} | Kamerstuk | Rijksoverheid.nl"):
        assert from_document(letter_with({"title": shown}).metadata) == {"subject": title}


def test_a_word_processors_guess_is_no_subject() -> None:
    """The first line of a letter, which becomes the title of a new file, is often its addressee."""
    text = FULL.replace("Betreft Geluid\n", "")
    title = "De Voorzitter van de Tweede Kamer"
    assert letter_with({"title": title}, text).metadata.subject is None


def test_what_a_template_fills_in_supplies_what_the_text_lacks() -> None:
    """Custom properties under the letter's own labels are taken, in the forms that text has too."""
    properties = {"kenmerk": "IENW/BSK-2024/9", "datum": "3 mei 2024", "onderwerp": "Geluid"}
    assert from_document(letter_with(properties).metadata) == {
        "kenmerk": "IENW/BSK-2024/9",
        "date": "2024-05-03",
        "subject": "Geluid",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kenmerk", "[Kenmerk]"),
        ("kenmerk", "3 mei 2024"),
        ("datum", "vandaag"),
        ("onderwerp", "<onderwerp>"),
        ("onderwerp", "Klik hier voor een onderwerp"),
        ("uw kenmerk", "2024Z00001"),
    ],
)
def test_a_template_left_empty_supplies_nothing(name: str, value: str) -> None:
    """A placeholder, a value of another kind and the addressee's number are no field."""
    assert from_document(letter_with({name: value}).metadata) == {}


def test_the_day_and_the_typist_of_a_file_are_no_part_of_the_letter() -> None:
    """When a file was made is not the letter's date, and who typed it is not its sender."""
    properties = {
        "created": "2024-05-03",
        "modified": "2024-05-04",
        "issued": "2024-05-05",
        "creator": "berr0904",
        "subject": "Brieven",
        "dossier": "32793",
    }
    assert from_document(letter_with(properties).metadata) == {}


def test_the_official_publisher_is_believed() -> None:
    """officielebekendmakingen.nl states identifier, dossiers, date, author and address."""
    metadata = letter_with(PUBLISHED).metadata
    assert from_document(metadata) == {
        "kenmerk": "kst-32793-703",
        "kamerstukken": ("32793-703", "31765"),
        "date": "2023-10-25",
        "sender": "E.J. Voorbeeld",
        "kind": Kind.KAMERSTUK,
        "source_url": PUBLISHED["source_url"],
    }


def test_the_letters_own_words_win() -> None:
    """What stands on the page is never replaced by what the file says."""
    metadata = letter_with({**PUBLISHED, "kenmerk": "XX-1/2", "onderwerp": "Anders"}, FULL).metadata
    assert (metadata.kenmerk, metadata.date, metadata.subject) == (
        "AB-2024/17",
        "2024-05-03",
        "Geluid",
    )
    assert metadata.sender == "De minister van Infrastructuur en Waterstaat, A. Voorbeeld"
    assert set(from_document(metadata)) == {"kamerstukken", "source_url"}


def test_what_a_person_supplies_wins_from_the_file() -> None:
    """letters.toml can put right what the properties of a file have wrong."""
    supplied = Supplied(fields={"kenmerk": "AB-2024/18"}, kamerstukken=("36000",))
    metadata = letter_with({**PUBLISHED, "kenmerk": "XX-1/2"}, supplied=supplied).metadata
    assert (metadata.kenmerk, metadata.kamerstukken) == ("AB-2024/18", ("36000",))
    assert metadata.provenance["kenmerk"] == "supplied"


@pytest.mark.parametrize(
    ("properties", "address"),
    [
        (
            {"producer": "File downloaded from https://gegevensmagazijn.tweedekamer.nl/OData/1"},
            "https://gegevensmagazijn.tweedekamer.nl/OData/1",
        ),
        ({"source_url": "https://www.rijksoverheid.nl/x"}, "https://www.rijksoverheid.nl/x"),
        ({"source_url": "https://rijksoverheid.nl.example.org/x"}, None),
        ({"source_url": "javascript:alert(1)//overheid.nl"}, None),
        ({"source_url": "/kst-32793-703.html"}, None),
        ({"source_url": "http://[overheid.nl"}, None),
    ],
)
def test_only_an_official_address_is_a_source(
    properties: dict[str, str], address: str | None
) -> None:
    """A file may name any address; that of an official publisher is where the letter is from."""
    assert letter_with(properties).metadata.source_url == address


def test_a_published_title_counts_where_the_publisher_gave_the_file_out() -> None:
    """The Tweede Kamer writes a document's title into the PDFs that it gives out."""
    producer = "File downloaded from https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Document"
    properties = {"title": "None", "subject": "Stand van zaken geluid", "producer": producer}
    assert letter_with(properties).metadata.subject == "Stand van zaken geluid"
    assert letter_with({**properties, "producer": "Word"}).metadata.subject is None


@pytest.mark.parametrize(
    ("properties", "date"),
    [
        ({"title": "Wachttijden | Kamerstuk | Rijksoverheid.nl"}, "2024-05-05"),
        ({"title": "Wachttijden", "publisher": "Ministerie van Financiën"}, "2024-05-05"),
        ({"title": "Wachttijden | Gemeente Utrecht"}, None),
        ({"title": "Wachttijden", "creator": "berr0904"}, None),
    ],
)
def test_the_day_of_issue_of_a_page_without_address(
    properties: dict[str, str], date: str | None
) -> None:
    """A page that names the government as its site or publisher is believed on its date alone."""
    metadata = letter_with({**properties, "issued": "2024-05-05", "dossier": "32793"}).metadata
    assert (metadata.date, metadata.kamerstukken) == (date, ())
    printed = letter_with({**properties, "issued": "2024-05-05"}, FULL).metadata
    assert printed.date == "2024-05-03"
