import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.document import Mark, RawDocument, Role
from ingest.errors import UnreadableFile
from ingest.formats.html import FORMAT, read_html
from ingest.reading import make_letter, read_letter
from tests.conftest import must_end
from tests.ingest_letters import CORPUS, CORPUS_LETTERS, DATA
from tests.test_ingest_reconciliation import assert_accounted_for

PAGES = DATA / "html"
PROSE = "De provincies en het Rijk werken samen aan een plan dat in het najaar verschijnt. " * 10


def read(html: str) -> RawDocument:
    """The document that a page in UTF-8 is read as."""
    return read_html(html.encode())


def marked(document: RawDocument, *roles: Role) -> list[str]:
    """The stretches of the page with one of `roles`, each with its value where it has one."""
    page = document.pages[0]
    return [
        f"{mark.value}|{page.text[mark.start : mark.end]}" if mark.value
        else page.text[mark.start : mark.end]
        for mark in page.marks
        if mark.role in roles
    ]


def kept(document: RawDocument) -> list[str]:
    """Every marked stretch of the page but furniture and note marks."""
    roles = set(Role) - {Role.FURNITURE, Role.NOTE_MARK}
    return marked(document, *roles)


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p><b>ge</b>zond  en\n <i>wel</i>", ["gezond en wel"]),
        ("<div>ge</div>zond", ["ge", "zond"]),
        ("H<sub>2</sub>O en m<sup>2</sup>", ["H2O en m2"]),
        ("<p>een<br>twee<br><br>drie", ["een\ntwee", "drie"]),
        ("<p>Dit zijn:<br>- een<br>1. twee<br>en meer", ["Dit zijn:", "- een", "1. twee\nen meer"]),
        ("<p>&eacute;&eacute;n &amp; &#8364;5", ["één & €5"]),
        ("<h2>Kop</h2>tekst<h3>Onder<b>kop</b></h3>", ["2|Kop", "tekst", "3|Onderkop"]),
        ("<div role=heading aria-level=4>Kop</div>", ["4|Kop"]),
        ("<ol><li>een<li value=7>zeven<li>acht</ol>", ["1. een", "7. zeven", "8. acht"]),
        ("<ol start=3 type=a><li>drie<li><p>vier<p>meer</ol>", ["c. drie", "d. vier", "meer"]),
        ('<ol style="list-style-type: lower-roman"><li>x<li>y</ol>', ["i. x", "ii. y"]),
        ("<ol reversed><li>x<li>y</ol>", ["2. x", "1. y"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["• a", "◦ b", "• c"]),
        ('<ul style="list-style: none"><li>a</ul>', ["a"]),
        ("<ul><li><p>a. zelf genummerd</ul>", ["a. zelf genummerd"]),
        ("<dl><dt>Woord<dd>Uitleg</dl>", ["Woord", "Uitleg"]),
        ("<figure><figcaption>Figuur 1</figcaption></figure>", ["Figuur 1"]),
        (
            "<table><tr><th>A<th>B<tr><td rowspan=2>1<td><p>x<p>y<tr><td>z</table>",
            ["A\tB", "1\tx\ny", "z"],
        ),
        ("<table><tr><td><h2>Kop</h2><td><p>x</table>", ["2|Kop", "x"]),
        (
            "<table><tr><td>links<td><table><tr><td>1<td>2</table></table>",
            ["links", "1\t2"],
        ),
        ("<table><tr><td>menu<td>Geachte raad,<br><br>x</table>", ["menu", "Geachte raad,", "x"]),
    ],
)
def test_blocks_as_a_browser_shows_them(html: str, blocks: list[str]) -> None:
    """White space, breaks, numbers, bullets, cells: the text is what a reader of the page sees."""
    assert kept(read(html)) == blocks


def test_a_side_column_in_a_frame() -> None:
    """The sender's block beside a letter: each label of one piece with its value, addresses too."""
    document = read(
        '<div title="header"><p><span style="position: absolute; top: 2in"><p>Bezoekadres<p>'
        "Rijnstraat 8<p>2515 XP Den Haag<p><b>Ons kenmerk</b><p>IENW/BSK-2026/1<p>Bijlage(n)"
        "</span></div><p>&gt; Retouradres Postbus 1<p>Datum<p>3 mei 2024<p>Betreft: geluid"
        "<p>Geachte voorzitter,<p>Datum<p>volgt nog."
    )
    assert kept(document) == [
        "Bezoekadres\nRijnstraat 8\n2515 XP Den Haag",
        "Ons kenmerk\nIENW/BSK-2026/1",
        "Bijlage(n)",
        "> Retouradres Postbus 1",
        "Datum\n3 mei 2024",
        "Betreft: geluid",
        "Geachte voorzitter,",
        "Datum",
        "volgt nog.",
    ]


def test_a_request_on_how_to_answer_in_a_side_column() -> None:
    """It is a field of its own, and no running text at which the letter would begin."""
    request = f"Correspondentie uitsluitend richten aan het retouradres. {PROSE}"
    frame = f"<div style='position: absolute'><p>Ons kenmerk<p>A-1<p>{request}</div>"
    document = read(f"{frame}<p>Datum<p>3 mei 2024<p>Zonder aanhef. {PROSE}")
    assert kept(document)[:3] == ["Ons kenmerk\nA-1", request.strip(), "Datum\n3 mei 2024"]
    amid = read(f"<p>Geachte voorzitter,<p>{PROSE}</p>{frame}<p>{PROSE}")
    assert kept(amid)[3:] == ["Ons kenmerk\nA-1", request.strip()]


def test_labels_and_values_in_two_cells() -> None:
    """Labels below each other, with their values beside them in one cell, are fields."""
    document = read(
        "<table><tr><td>Datum<br>Ons kenmerk<td>3 mei 2024<br>F-2024/9<td>Bijlagen: 1</table>"
        "<p>Geachte voorzitter,<table><tr><td>Datum<br>Onderwerp<td>a<br>b</table>"
    )
    assert marked(document, Role.FIELD) == [
        "Datum\n3 mei 2024", "Ons kenmerk\nF-2024/9", "Bijlagen: 1",
    ]
    assert marked(document, Role.TABLE_ROW) == ["Datum\nOnderwerp\ta\nb"]


HEAD = (
    "<p>Ministerie van Financiën<p>Datum<p>3 mei 2024<p>Ons kenmerk: F-2024/9"
    "<p>Geachte voorzitter,"
)
COLUMN = (
    "<div style='position: absolute'><p>Ministerie van Financiën<p>Datum<p>3 mei 2024"
    "<p>Ons kenmerk<p>F-2024/9</div>"
)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (f"<h2>Vervolg</h2>{COLUMN}<p>{PROSE}</p>", ["2|Vervolg", PROSE.strip()]),
        (
            f"<table><tr><td>a<td>{COLUMN}b<tr><td>{COLUMN}c<td>d</table>",
            ["a\tb", "c\td"],
        ),
        (f"<div>Een zin {COLUMN}die doorgaat.</div>", ["Een zin die doorgaat."]),
        (f"<ul><li>{COLUMN}een<li>twee</ul>", ["• een", "• twee"]),
    ],
)
def test_a_side_column_that_repeats_the_head(text: str, blocks: list[str]) -> None:
    """A frame of a later page is no part of the text it stands in, and its repetitions go."""
    document = read(f"{HEAD}{text}")
    head = ["Ministerie van Financiën", "Datum\n3 mei 2024", "Ons kenmerk: F-2024/9"]
    assert kept(document) == [*head, "Geachte voorzitter,", *blocks]
    repeated = [one for one in marked(document, Role.FURNITURE) if one.startswith("repeated page")]
    assert repeated[0] == "repeated page head|Ministerie van Financiën"
    assert len(repeated) == 3 * text.count("absolute")


def test_a_frame_amid_the_text_that_repeats_nothing() -> None:
    """What is new in a frame is kept: words where they stand, a field behind the text."""
    document = read(
        f"{HEAD}<p>{PROSE}</p><div style='position: absolute'>In het kort</div><p>{PROSE}</p>"
        f"<div style='position: absolute'><p>Uw kenmerk<p>A-1</div><p>{PROSE}</p>"
    )
    text = PROSE.strip()
    assert kept(document)[4:] == [text, "In het kort", text, text, "Uw kenmerk\nA-1"]


def test_titles_in_bold() -> None:
    """A line wholly in bold over prose is a heading; bold words in a sentence are not."""
    document = read(
        f"<p><b>Ministerie</b><p>Geachte voorzitter,<p><b>Het </b><strong>plan</strong><p>{PROSE}"
        f"<p><b>Let op</b>: {PROSE}<p><span style='font-weight: 700'>De kosten</span><p>{PROSE}"
        f"<p><a href=x><u>Een koppeling</u></a><p>{PROSE}"
        f"<p><b>Hoe verder</b><sup><a href=#n1 id=r1>[1]</a></sup><br>{PROSE}"
        f"<p><b>Let op</b> dit<br>{PROSE}<p id=n1><a href=#r1>[1]</a> Een noot."
    )
    titles = [one.split("|")[1] for one in marked(document, Role.HEADING)]
    assert titles == ["Het plan", "De kosten", "Hoe verder[1]"]
    assert marked(document, Role.NOTE_MARK) == ["1|1"]


def test_what_a_browser_does_not_show_is_left_out() -> None:
    """Scripts, comments, templates and hidden elements are no text of the page."""
    document = read(
        "<title>T</title><script>weg</script><style>weg</style><p hidden>weg<p>tekst"
        "<span style='display: none'>weg</span><!-- weg --><template><p>weg</template>"
        "<noscript>weg</noscript><span aria-hidden=true>weg</span><svg><text>weg</text></svg>"
        "<span class='visually-hidden'>weg</span> gaat door"
    )
    assert document.pages[0].text == "tekst gaat door"


def test_a_page_saved_with_an_open_dialog() -> None:
    """All but the dialog is then hidden from screen readers; the letter is read all the same."""
    document = read(f"<div aria-hidden=true><p>{PROSE}</div><div role=dialog>Mogen wij?</div>")
    assert kept(document) == [PROSE.strip()]


NOTES = {
    "LibreOffice": (
        '<p>Tekst<a name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> gaat door'
        '<div id="sdfootnote1"><p><a name="sdfootnote1sym" href="#sdfootnote1anc">1</a>2 mei 2024.'
        "<p>Nog iets.</div>"
    ),
    "Word": (
        '<p>Tekst<a href="#_ftn1" name="_ftnref1"><![if !supportFootnotes]>[1]<![endif]></a> gaat '
        'door<div style="mso-element:footnote-list"><div style="mso-element:footnote" id=ftn1>'
        '<p><a href="#_ftnref1" name="_ftn1">[1]</a> 2 mei 2024.<p>Nog iets.</div></div>'
    ),
    "Pandoc": (
        '<p>Tekst<a href="#fn1" id="fnref1" role="doc-noteref"><sup>1</sup></a> gaat door'
        '<section class="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>2 mei 2024.</p>'
        '<p>Nog iets.<a href="#fnref1" role="doc-backlink">↩︎</a></p></li></ol></section>'
    ),
    "Markdown": (
        '<p>Tekst<sup id="fnref:1"><a href="#fn:1" class="footnote">1</a></sup> gaat door'
        '<div class="footnotes"><ol><li id="fn:1">2 mei 2024.<br>Nog iets. '
        '<a href="#fnref%3A1">&#8617;</a></li></ol></div>'
    ),
    "official publications": (
        '<p>Tekst<sup><a class="nootnum" href="#ID-7">1</a></sup> gaat door<div id="noten"><hr>'
        '<div class="voet noot"><h5 class="note-close"><a class="note-close" href="#c">X</a> Noot'
        '</h5><sup><span class="nootnum" id="ID-7">1</span></sup><p>2 mei 2024.<p>Nog iets.</div>'
    ),
    "DPUB-ARIA": (
        '<p>Tekst<a role="doc-noteref" href="#n1">1</a> gaat door'
        '<aside role="doc-footnote" id="n1"><p>1. 2 mei 2024.<p>Nog iets.</aside>'
    ),
    "Google Docs": (
        '<p>Tekst<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup> gaat door<hr><div><p>'
        '<a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;2 mei 2024.</span><p>Nog iets.</div>'
    ),
    "a plain link": (
        '<p>Tekst<sup><a href="#noot1">1</a></sup> gaat door<hr><p id="noot1">1 2 mei 2024.<br>'
        "Nog iets."
    ),
    "a note within the sentence": (
        '<p>Tekst<sup><a href="#t1">1</a></sup><span id="t1" class="tooltip">2 mei 2024.<br>'
        "Nog iets.</span> gaat door"
    ),
    "no links": (
        "<p>Tekst<sup>1</sup> gaat door<p><sup>1</sup>2 mei 2024.<br>Nog iets."
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", NOTES)
def test_footnotes(form: str) -> None:
    """However a page makes its notes, each is apart, with its number, tied to its sentence."""
    document = read(NOTES[form])
    assert marked(document, Role.FOOTNOTE) == ["1|1 2 mei 2024.\nNog iets."]
    (sentence,) = marked(document, Role.PARAGRAPH)
    assert sentence.replace("[1]", "1") == "Tekst1 gaat door"
    letter = make_letter(document, "brief.html", "")
    (note,) = letter.footnotes
    assert note.text == "2 mei 2024. Nog iets."
    (anchor,) = note.anchors
    assert letter.text[: anchor + 1].replace("[", "") == "Tekst1"


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="#h1">1</a><h2 id="h1">1 Inleiding</h2><p>Tekst',
        '<p>Zie onderdeel <a href="#o2">2</a>.<p id="o2">2. Het plan',
        '<p>Zie noot<sup><a href="#weg">1</a></sup>',
        "<p>Over 10 m<sup>2</sup> tot 10 km<sup>1</sup><p><sup>1</sup>H is een stof",
    ],
    ids=["contents", "reference", "note that is gone", "units"],
)
def test_no_footnotes(html: str) -> None:
    """A link to a heading or a numbered paragraph cites no note, nor does a square metre."""
    assert marked(read(html), Role.FOOTNOTE, Role.NOTE_MARK) == []


def page(name: str) -> RawDocument:
    """The document that a page of the tests' data is read as."""
    return read_html((PAGES / name).read_bytes())


def test_tkconv() -> None:
    """Of the public tool's page, its number and dossier are kept; its menu and lists are not."""
    document = page("tkconv.html")
    assert kept(document) == [
        "2|Stand van zaken toekomst wolvenbeheer",
        "4|Natuurbeleid",
        "Brief regering",
        "Nummer: 2025D31772, datum: 2025-06-30, bijgewerkt: 2025-07-01 08:02, versie: 1",
        "Onderdeel van kamerstukdossier 33576 -452 Natuurbeleid.",
        "Geachte Voorzitter,",
        "Met deze brief informeer ik de Kamer over het beheer van de wolf in Nederland. In 2024 "
        "zijn er elf roedels vastgesteld, tegen negen het jaar daarvoor.1",
        "1|Landelijk plan",
        "De provincies en het Rijk werken aan een landelijk plan, dat regelt:",
        "1. de schadevergoeding voor schapenhouders;2",
        "2. een meldpunt dat dag en nacht bereikbaar is.",
        "Hoogachtend,",
        "Jean Voorbeeld",
        "Staatssecretaris van Landbouw, Visserij, Voedselzekerheid en Natuur",
        "1|1 BIJ12, Voortgangsrapportage wolf, december 2024.",
        "2|2 2 miljoen euro per jaar.",
    ]
    metadata = make_letter(document, "brief.html", "").metadata
    assert (metadata.kenmerk, metadata.kamerstukken) == ("2025D31772", ("33576-452",))


def test_official_publication() -> None:
    """A Kamerstuk keeps its own text alone, and what the publisher states of it."""
    document = page("kst-99001-12.html")
    assert kept(document) == [
        "99 001 Geluidsbeleid",
        "Nr. 12 BRIEF VAN DE STAATSSECRETARIS VAN INFRASTRUCTUUR EN WATERSTAAT",
        "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        "Den Haag, 14 mei 2024",
        "Hierbij informeer ik uw Kamer over de stille wijken. Het programma loopt tot en met 2027 "
        "en telt twaalf gemeenten.1",
        "3|Metingen",
        "Het RIVM mat op drie plaatsen:",
        "a. langs het spoor;",
        "b. langs de snelweg.2",
        "Tabel 1: gemeten niveaus",
        "Plaats\tNiveau",
        "Spoor\t58 dB\tdag",
        "Snelweg\t61 dB\tdag",
        "De Staatssecretaris van Infrastructuur en Waterstaat,\nA.B. Voorbeeld",
        "1|1 Kamerstuk 99 001, nr. 9.",
        "2|2 24-uursgemiddelde.",
    ]
    assert document.properties == {
        "identifier": "kst-99001-12",
        "title": "Geluidsbeleid; Brief regering; Voortgang stille wijken",
        "type": "Kamerstuk",
        "creator": "Tweede Kamer der Staten-Generaal",
        "issued": "2024-05-14",
        "available": "2024-05-16",
        "language": "nl",
        "dossier": "99001; 99002",
        "ondernummer": "12",
        "vergaderjaar": "2023-2024",
        "source_url": "https://zoek.officielebekendmakingen.nl/kst-99001-12.html",
    }


def test_a_title_beside_the_text() -> None:
    """A title above the text is the letter's where the text has none; else it is the page's."""
    text = f"<article><h1>Stille wijken</h1><p>{PROSE}<p>{PROSE}</article>"
    main = "<main><div><h1>Kamerstuk</h1></div>{}</main>"
    assert marked(read(main.format(text)), Role.HEADING) == ["1|Stille wijken"]
    untitled = text.replace("<h1>Stille wijken</h1>", "")
    assert marked(read(main.format(untitled)), Role.HEADING) == ["1|Kamerstuk"]


def test_questions_and_answers() -> None:
    """A short answer on an official page is a letter, though the page is little more than links."""
    document = page("ah-tk.html")
    assert kept(document)[2:6] == [
        "2|Vraag 1", "Kent u het bericht over stille wijken?1", "2|Antwoord 1", "Ja."
    ]
    assert marked(document, Role.FURNITURE) == ["web page|Overheid.nl", "menu|• Home",
                                                "page footer|Privacy"]
    assert document.properties["indiener"] == "C. Proef"


_DIALOG = '<div class="m-modal" id="document-modal" role="dialog"'
_END = "</div></div></div>"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [(_DIALOG, f'{_DIALOG} aria-hidden="true"')],
        [(_DIALOG, f"{_DIALOG} hidden")],
        [(_DIALOG, f'{_DIALOG} style="display: none;"')],
        [(_DIALOG, f"</main>{_DIALOG}"), (f"{_END}</main>", _END)],
        [(_DIALOG, '<dialog id="document-modal"'), (f"{_END}</main>", "</div></div></dialog>")],
    ],
    ids=["as it is", "from screen readers", "hidden", "by style", "after the main part", "element"],
)
def test_a_letter_in_a_dialog(changes: list[tuple[str, str]]) -> None:
    """What the Tweede Kamer shows once a button is pressed is the letter; all else is about it."""
    html = (PAGES / "tweedekamer-brief.html").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in html
        html = html.replace(old, new)
    document = read(html)
    assert kept(document) == [
        "1|Brief regering: Voortgang stille wijken",
        "99 001 Geluidsbeleid",
        "Nr. 12 BRIEF VAN DE STAATSSECRETARIS VAN INFRASTRUCTUUR EN WATERSTAAT",
        "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        "Den Haag, 14 mei 2024",
        "Hierbij informeer ik uw Kamer over de stille wijken. Het programma loopt tot en met 2027 "
        "en telt twaalf gemeenten.1",
        "2|Metingen",
        "Het RIVM mat op drie plaatsen langs het spoor. In Amersfoort bleef het geluid onder de 58 "
        "decibel, in Zwolle en Deventer niet.",
        "De Staatssecretaris van Infrastructuur en Waterstaat,\nA.B. Voorbeeld",
        "1|1 Kamerstuk 99 001, nr. 9.",
    ]
    metadata = make_letter(document, "brief.html", "").metadata
    assert (metadata.date, metadata.kamerstukken) == ("2024-05-14", ("99001-12",))


def test_a_dialog_with_a_salutation_is_no_letter() -> None:
    """What a page offers to send to someone else does not take the place of its letter."""
    html = (PAGES / "kst-99001-12.html").read_text(encoding="utf-8")
    offer = "<div role='dialog'><p>Geachte heer of mevrouw,</p><p>Lees dit Kamerstuk.</p></div>"
    assert kept(read(html.replace("</body>", f"{offer}</body>"))) == kept(read(html))


def test_word_export() -> None:
    """A letter that Word saved as a web page, in its own character set."""
    document = page("word.htm")
    assert kept(document) == [
        "Datum\t14\xa0mei 2024",
        "Ons kenmerk\tIENW/BSK-2024/12345",
        "Betreft\tVoortgang stille wijken",
        "Geachte voorzitter,",
        "Het kabinet trekt €\xa03 miljoen uit voor geluidsarme wegen, zo is in coördinatie met de "
        "gemeenten besloten.[1] Er komen drie maatregelen:",
        "1.\xa0\xa0\xa0 stiller asfalt;",
        "2.\xa0\xa0\xa0 lagere snelheden.",
        "1|Metingen",
        "De uitstoot van CO2 daalt ook.",
        "Hoogachtend,",
        "DE STAATSSECRETARIS VAN INFRASTRUCTUUR EN WATERSTAAT,\nA.B. Voorbeeld",
        "1|1 Kamerstuk 99\xa0001, nr.\xa09.",
    ]
    assert document.warnings == ()


def test_libreoffice_export() -> None:
    """A letter that LibreOffice saved as a web page: letterhead, lists, table and notes."""
    document = page("libreoffice.html")
    assert kept(document)[1:4] == [
        "Datum\t3 maart 2025",
        "Betreft\tStand van zaken wolvenbeheer",
        "Ons kenmerk\tDGNV / 98765432",
    ]
    assert marked(document, Role.LIST_ITEM) == [
        "1. een meldpunt;", "2. een schadefonds;", "a. voor schapen;", "b. voor geiten.",
        "• eerst dit", "• dan dat",
    ]
    assert marked(document, Role.FOOTNOTE) == [
        "1|1 BIJ12, Voortgangsrapportage wolf.", "2|2 1 januari 2025 vastgesteld.",
    ]
    assert "created" not in document.properties


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*")))
def test_every_character_of_a_page_is_accounted_for(name: str) -> None:
    """What stands on a page is in the letter or on the list of what was left out."""
    try:
        letter = read_letter(PAGES / name)
    except UnreadableFile:
        return
    assert_accounted_for(letter)


@pytest.mark.parametrize(
    "name", ["tweedekamer-detail.html", "rijksoverheid-kamerbrief.html", "open-overheid.html"]
)
def test_a_page_about_a_letter(name: str) -> None:
    """A page that only links to the letter is reported, with what to do."""
    with pytest.raises(UnreadableFile, match="about a letter, without the letter") as caught:
        read_letter(PAGES / name)
    assert "download the document" in caught.value.remedy


def test_tkconv_without_preview() -> None:
    """Where the public tool shows a document in a frame, the page has no letter."""
    html = (PAGES / "tkconv.html").read_text(encoding="utf-8")
    html = re.sub(
        r"<div style=.*?</section>\s*</div>",
        "<iframe src='./getraw/2025D31772'></iframe>",
        html,
        flags=re.DOTALL,
    ).replace("Voortgangsrapportage", PROSE)
    with pytest.raises(UnreadableFile, match="about a letter"):
        read(html)


def test_address_of_a_saved_page() -> None:
    """A browser notes where a page that it saves came from; the page's own word goes first."""
    saved = "<!-- saved from url=(0036)https://www.rijksoverheid.nl/brief -->"
    document = read(f"<!doctype html>{saved}<p>Tekst")
    assert document.properties["source_url"] == "https://www.rijksoverheid.nl/brief"
    own = read(f"<!doctype html>{saved}<link rel=canonical href='https://x.nl/1'><p>Tekst")
    assert own.properties["source_url"] == "https://x.nl/1"


def test_a_page_that_says_too_much_of_itself() -> None:
    """However many properties a page has, its title and its address are kept."""
    many = "".join(f"<meta name=n{number} content=x>" for number in range(1000))
    document = read(f"<title>Brief</title>{many}<link rel=canonical href=https://x.nl/1><p>Tekst")
    assert document.properties["title"] == "Brief"
    assert document.properties["source_url"] == "https://x.nl/1"
    assert len(document.properties) < 100


def test_a_short_letter_with_an_annex() -> None:
    """A letter of three lines that links to its annex is a letter."""
    document = read(
        "<p>Geachte voorzitter,<p>Bijgaand stuur ik u het rapport over stille wijken.<p>"
        '<a href="/rapport.pdf">Rapport</a><p>Hoogachtend,'
    )
    assert "Bijgaand stuur ik u het rapport over stille wijken." in kept(document)


@pytest.mark.parametrize(
    "html",
    [
        f"<header><p>Ministerie van VWS<p>Ons kenmerk: 12-34</header><p>{PROSE}",
        f"<main><p>Kort</main><div><p>{PROSE}</div>",
        f"<form id=aspnetForm><div class=search-content><p>{PROSE}</div></form>",
        f"<article><header><p>Den Haag, 3 mei 2024</header><p>{PROSE}</article>",
        f"<p>{PROSE}<p>Bijlagen:<ul><li><a href=a>A</a><li><a href=b>B</a><li><a href=c>C</a></ul>",
        f"<ol><li><a href=#a>A</a><li><a href=#b>B</a><li><a href=#c>C</a></ol><p>{PROSE}",
        f"<main><p class=meta>Ons kenmerk: 12-34<p>De <span class=search-hit>wolf</span>. {PROSE}",
        f"<main><menu><li>eerst<li>dan</menu><p>{PROSE}</main>",
        f"<main><h2 id=delen-van-gegevens>Delen van gegevens</h2><p>{PROSE}<p>{PROSE}"
        f"<section id=zoeken-naar-privé><h2>Zoeken naar privé-opvang</h2><p>{PROSE}</section>"
        f"<p>{PROSE}<h3 id=cookies>Cookies</h3>",
        f"<main><p>{PROSE}<p>{PROSE}<p>{PROSE}<div class=deel><h2>Deel II</h2><p>{PROSE}</div>",
        f"<main><h2><button>Wat kost het?</button></h2><p>{PROSE}",
        f'<main><p>Noot<a role=button href=#n1 id=r1>1</a> {PROSE}<p id=n1><a href=#r1>1</a> x',
    ],
    ids=["own header", "main is elsewhere", "named as search", "head of an article",
         "list of annexes", "table of contents", "highlighted words", "list", "anchors", "part",
         "button of a section", "note button"],
)  # fmt: skip
def test_when_in_doubt_words_are_kept(html: str) -> None:
    """What looks like page furniture but may be the letter's own is kept."""
    assert marked(read(html), Role.FURNITURE) == []


def test_a_menu_without_landmarks() -> None:
    """An old page without landmarks: its list of links before the letter is no text of it."""
    document = read(
        "<ul><li><a href=/a>Home</a><li><a href=/b>Nieuws</a><li><a href=/c>Contact</a></ul>"
        f"<p>{PROSE}<p>Lees voor"
    )
    assert marked(document, Role.FURNITURE) == [
        "menu|• Home", "menu|• Nieuws", "menu|• Contact", "web page|Lees voor",
    ]


LETTER = "<p>De coördinatie kost €3 miljoen, à vier procent van ‘het geheel’.</p>" * 5
META = '<!doctype html><html><head><meta charset="{}"></head>'
HTTP_EQUIV = '<html><meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize(
    ("head", "encoding", "warns"),
    [
        ("<!doctype html>", "utf-8", False),
        ("<!doctype html>", "utf-8-sig", False),
        ("<!doctype html>", "utf-16", False),
        ("<!doctype html>", "cp1252", False),
        (META.format("utf-8"), "utf-8", False),
        (META.format("iso-8859-1"), "cp1252", False),
        (HTTP_EQUIV.format("windows-1252"), "cp1252", False),
        ('<?xml version="1.0" encoding="windows-1252"?><html>', "cp1252", False),
        (META.format("utf-8"), "cp1252", True),
        (META.format("iso-8859-1"), "utf-8", True),
        (META.format("onzin"), "utf-8", False),
        (META.format("hex"), "cp1252", True),
        (META.format("undefined"), "cp1252", True),
    ],
)
def test_character_sets(head: str, encoding: str, warns: bool) -> None:
    """A page is read in the character set it is in; one that says otherwise is reported."""
    document = read_html((head + LETTER).encode(encoding))
    assert document.pages[0].text.startswith("De coördinatie kost €3 miljoen, à vier procent van ‘")
    assert bool(document.warnings) is warns


@pytest.mark.parametrize(
    ("head", "is_html"),
    [
        ("<!DOCTYPE html>", True),
        (" \n<!-- saved from url=(0047)https://example.org/ -->\n<!doctype HTML>", True),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', True),
        ("<HTML lang=nl>", True),
        ("<p>Geachte voorzitter,", True),
        ("Geachte voorzitter,\n\nOver <html> en <p> in webpagina's.", False),
        ("<https://example.org> is het adres", False),
        ('<?xml version="1.0"?><office:document>', False),
        ("<postadres>", False),
        ("", False),
    ],
)
def test_recognised_by_content(head: str, is_html: bool) -> None:
    """A page is known by how it begins; a letter that mentions a tag is no page."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert FORMAT.recognises(Path("x"), head.encode(encoding)[:4096]) is is_html


@pytest.mark.parametrize(
    "html",
    [
        "", "<html></html>", "<p>&nbsp; --- </p>", "<frameset><frame>",
        "<title>Open overheid</title><noscript>JavaScript is nodig.</noscript><div id=app></div>",
    ],
)
def test_a_page_without_text(html: str) -> None:
    """A page without a word on it is reported."""
    with pytest.raises(UnreadableFile, match="no text"):
        make_letter(read(html), "brief.html", "")


def test_pictures_alone() -> None:
    """A page of pictures is reported as such, with a way to have it read."""
    with pytest.raises(UnreadableFile, match="only pictures, no text: export it as PDF"):
        read("<img src=brief_1.png><p>&nbsp;<p><img src=brief_2.png>")


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        ("<div>" * 100_000 + "tekst", "nested more than 2,000 deep"),
        ("<table><tr><td>" * 20_000 + "tekst", "nested more than 2,000 deep"),
        ("<b><i>" * 50_000 + "tekst", "nested more than 2,000 deep"),
        ("<ul><li>" * 900 + "tekst", "tekst"),
        ("<a href='#x'>1</a>" * 20_000 + "<p id=x>1 noot", "noot"),
        ("<div class=menu>" * 1500 + "tekst", "tekst"),
        ("<!DOCTYPE html [<!ENTITY a 'bbbb'><!ENTITY b '&a;&a;'>]><p>tekst &b;", "tekst &b;"),
        ("<p>" + "tekst " * 1_000_000, "tekst"),
        ("<!--" * 100_000, "no text"),
        ("<!doctype html [" * 100_000, "no text"),
        ('<?xml version="1.0"?><p>tekst<a ' + " " * 500_000, "tekst"),
        ("<p>tekst<a id=a href=#b>" + " \u00a0" * 200_000 + "</a><p id=b>b", "tekst"),
        ("<" * 100_000 + " tekst", "tekst"),
    ],
    ids=["div", "tables", "inline", "lists", "links", "menus", "entities", "one paragraph",
         "open comments", "document types", "spaces in a tag", "spaces in a link", "open tags"],
)  # fmt: skip
def test_hostile_pages_come_to_an_end(html: str, outcome: str) -> None:
    """Deep nesting and the like end in a read or in one clear line."""
    with must_end(60):
        try:
            found = read(html).pages[0].text or "no text"
        except UnreadableFile as error:
            found = str(error)
    assert outcome in found


def test_empty_elements_of_xhtml() -> None:
    """In XHTML `<script/>` is closed: what follows is read."""
    document = read(
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><script src="a"/>'
        "<title>T</title></head><body><p><a id='b'/>Tekst</p></body></html>"
    )
    assert (kept(document), document.properties["title"]) == (["Tekst"], "T")


@pytest.mark.parametrize("name", CORPUS_LETTERS)
def test_corpus_letters_as_web_pages(name: str) -> None:
    """A letter of the corpus set as paragraphs has the same words in the same order."""
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    html = "".join(f"<p>{part}</p>\n" for part in re.split(r"\n\s*\n", escaped))
    assert read(html).pages[0].text.split() == text.split()
    assert read(f"<pre>\n{escaped}</pre>").pages[0].text.split() == text.split()


TAGS = ("p div span b table tr td th ul ol li sup a br pre h2 main nav aside header section html"
        " body head title script template svg button").split()  # fmt: skip
ATTRIBUTES = ("", " id=n1", " href=#n1", " class=noot", " hidden", " role=doc-footnote",
              " style='float:left'", " value=3", " class=menu")  # fmt: skip
FRAGMENTS = st.lists(
    st.one_of(
        st.builds("<{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES)),
        st.builds("</{}>".format, st.sampled_from(TAGS)),
        st.sampled_from(["1", "[1]", " tekst ", "\n", "&nbsp;", "ge", "↩", "\x00", "<!--", "-->"]),
    ),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=300)
@given(FRAGMENTS)
@example("<p>a<sup><a href=#n1>1</a></sup><table><tr><td><p id=n1>1 noot</table>")
def test_any_tags_give_marks_that_hold(html: str) -> None:
    """Whatever the tags: marks lie in the text, those of lines do not overlap, nothing is lost."""
    try:
        document = read(f"<p>Dit is de tekst van de brief.</p>{html}")
        letter = make_letter(document, "brief.html", "")
    except UnreadableFile:
        return
    page = document.pages[0]
    lines = [mark for mark in page.marks if mark.role is not Role.NOTE_MARK]
    assert all(0 <= mark.start < mark.end <= len(page.text) for mark in page.marks)
    assert all(before.end < after.start for before, after in pairwise(lines))
    assert all(page.text[m.start : m.end] == m.value for m in _note_marks(document))
    assert_accounted_for(letter)


def _note_marks(document: RawDocument) -> list[Mark]:
    return [mark for mark in document.pages[0].marks if mark.role is Role.NOTE_MARK]
