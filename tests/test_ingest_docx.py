from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from ingest.document import RawPage, Role
from ingest.errors import UnreadableFile
from ingest.formats.docx import FORMAT
from ingest.reading import make_letter, read_letter
from tests.conftest import must_end
from tests.ingest_letters import DATA
from tests.office_files import complex_field, paragraph, run, write_docx

PROSE = "De Kamer wordt voor het einde van dit jaar geïnformeerd over de voortgang van het werk."
LETTER = DATA / "documents" / "letter.docx"


def page_of(path: Path) -> RawPage:
    """The one raw page of the document at `path`."""
    (page,) = FORMAT.read(path).pages
    return page


def blocks(page: RawPage, *roles: Role) -> list[tuple[str, str]]:
    """The (value, text) of the blocks with one of `roles`."""
    return [(m.value, page.text[m.start : m.end]) for m in page.marks if m.role in roles]


def texts(page: RawPage, *roles: Role) -> list[str]:
    """The texts of the blocks with one of `roles`; of all blocks where none is named."""
    wanted = roles or tuple(role for role in Role if role is not Role.NOTE_MARK)
    return [text for _, text in blocks(page, *wanted)]


def read_body(tmp_path: Path, *body: str, **parts: str) -> RawPage:
    """The raw page of a document with `body`."""
    return page_of(write_docx(tmp_path / "brief.docx", "".join(body), **parts))


def test_a_letter_with_everything() -> None:
    """A letter by a word processor keeps its fields, headings, numbers, rows and notes."""
    page = page_of(LETTER)
    assert page.number is None
    assert blocks(page, Role.HEADING) == [
        ("1", "1. Aanleiding"),
        ("2", "1.1 Metingen"),
        ("3", "Vergelijking per stad"),
        ("1", "2. Vervolg"),
    ]
    assert texts(page, Role.LIST_ITEM) == [
        "1. het meetnet is uitgebreid met veertig stations;",
        "a) dertig in steden, en",
        "b) tien langs snelwegen;",
        "2. de rekenmodellen zijn herzien;",
        "3. de resultaten zijn openbaar.",
        "• overleg met provincies",
        "• een tussenbericht in het najaar",
    ]
    assert texts(page, Role.TABLE_ROW)[:2] == ["Stad\t2023\t2024", "Utrecht\t18,4\t17,9"]
    assert blocks(page, Role.FOOTNOTE) == [
        ("1", "1 Kamerstuk 30 175, nr. 441."),
        ("2", "2 Monitor 2024, blz. 12.\nZie ook de bijlage."),
        ("i", "i Richtlijn (EU) 2024/2881."),
    ]
    assert "Dit is toegevoegd." in page.text
    assert "geschraptwoord" not in page.text
    assert "Verborgen" not in page.text


def test_the_letter_is_identified() -> None:
    """Fields in a text box and in a table of the letterhead become the letter's identity."""
    letter = make_letter(FORMAT.read(LETTER), "letter.docx", "")
    assert letter.metadata.kenmerk == "IENW/BSK-2025/104417"
    assert letter.metadata.date == "2025-03-14"
    assert letter.metadata.subject == "Voortgang van het programma Schone Lucht"
    assert letter.metadata.addressee == "De voorzitter van de Tweede Kamer der Staten-Generaal"
    assert letter.page_count is None
    first, second, last = letter.footnotes
    assert [letter.text[a - 9 : a + 1] for a in first.anchors] == ["voortgang1"]
    assert [letter.text[a - 7 : a + 1] for a in second.anchors] == ["geleden2"]
    assert [letter.text[a - 7 : a + 1] for a in last.anchors] == ["gehaaldi"]


def test_properties() -> None:
    """The document's own properties go by their Dublin Core names, and custom ones by theirs."""
    properties = FORMAT.read(LETTER).properties
    assert properties["title"] == "Voortgang schone lucht"
    assert properties["creator"] == "A. Jansen"
    assert properties["kenmerk"] == "IENW/BSK-2025/104417"


@pytest.mark.parametrize("name", ["Heading 2", "Title"])
def test_headings_by_built_in_style(tmp_path: Path, name: str) -> None:
    """The headings of another program's default template are headings."""
    document = Document()
    document.add_paragraph("Het onderwerp", style=name)
    document.add_paragraph(PROSE)
    document.save(str(tmp_path / "brief.docx"))
    page = page_of(tmp_path / "brief.docx")
    level = "2" if name == "Heading 2" else "1"
    assert blocks(page, Role.HEADING) == [(level, "Het onderwerp")]
    assert texts(page, Role.PARAGRAPH) == [PROSE]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="Kop2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Eigen"><w:name w:val="Huisstijl tussenkop"/>'
    '<w:basedOn w:val="Kop2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Niveau"><w:name w:val="Paragraaftitel"/>'
    '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Inhopg1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="character" w:styleId="Weg"><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(("style", "level"), [("Kop2", "2"), ("Eigen", "2"), ("Niveau", "3")])
def test_headings_by_own_style(tmp_path: Path, style: str, level: str) -> None:
    """A house style is a heading by what it is based on, or by its outline level."""
    page = read_body(
        tmp_path, paragraph("Het onderwerp", style=style), paragraph(PROSE), styles=STYLES
    )
    assert blocks(page, Role.HEADING) == [(level, "Het onderwerp")]


def test_styles_in_a_circle(tmp_path: Path) -> None:
    """Styles that are based on each other do not keep the reader busy for ever."""
    with must_end(10):
        page = read_body(tmp_path, paragraph(PROSE, style="A"), styles=STYLES)
    assert texts(page) == [PROSE]


def test_a_line_in_bold_is_a_heading(tmp_path: Path) -> None:
    """A short line in bold with prose below it heads that prose, one level under the styles."""
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph("Inleiding", style="Kop2"),
        paragraph(PROSE),
        paragraph(run("Wat er speelt", "<w:b/>")),
        paragraph(PROSE),
        paragraph(run("Vetgedrukt", "<w:b/>"), " is hier maar een woord in de zin."),
        paragraph(PROSE),
        paragraph(run("Niet vet", '<w:b w:val="0"/>')),
        paragraph(PROSE * 3),
        styles=STYLES,
    )
    assert blocks(page, Role.HEADING) == [("2", "Inleiding"), ("3", "Wat er speelt")]


def test_a_numbered_line_in_bold_is_a_heading(tmp_path: Path) -> None:
    """A numbered line in bold over prose is a heading; one amid other items is an item."""
    bold = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph(run("Wat er speelt", "<w:b/>"), properties=bold),
        *[paragraph(PROSE)] * 4,
        paragraph(run("Eerste punt", "<w:b/>"), properties=bold),
        paragraph(run("Tweede punt", "<w:b/>"), properties=bold),
        numbering=NUMBERING,
    )
    assert blocks(page, Role.HEADING) == [("1", "1. Wat er speelt")]
    assert texts(page, Role.LIST_ITEM) == ["2. Eerste punt", "3. Tweede punt"]


def test_questions_in_italics(tmp_path: Path) -> None:
    """A question in italics stands under its number; it is no heading over the answer."""
    letter = ""
    for number in (1, 2):
        letter += paragraph(run(f"Vraag {number}", "<w:b/>"))
        letter += paragraph(run("Kent u het bericht over zwemwater?", "<w:i/>"))
        letter += paragraph(run(f"Antwoord {number}", "<w:b/>")) + paragraph(PROSE * 2)
    read_body(tmp_path, letter)
    found = make_letter(FORMAT.read(tmp_path / "brief.docx"), "brief.docx", "")
    assert [one.section for one in found.blocks[:4]] == [
        ("Vraag 1",),
        ("Vraag 1",),
        ("Vraag 1", "Antwoord 1"),
        ("Vraag 1", "Antwoord 1"),
    ]


def test_a_large_first_letter(tmp_path: Path) -> None:
    """A first letter that is set apart as a drop cap is not torn off its word."""
    page = read_body(
        tmp_path,
        paragraph("D", properties='<w:framePr w:dropCap="drop"/>'),
        paragraph(PROSE[1:]),
    )
    assert texts(page) == [PROSE]


def test_line_breaks_that_end_a_paragraph(tmp_path: Path) -> None:
    """Two line breaks part paragraphs, one before a dash parts items; notes keep their place."""
    line = "<w:r><w:br/></w:r>"
    page = read_body(
        tmp_path,
        paragraph(PROSE, cited("footnote", 1), line, line, "Daarna:", line, "- een", line,
                  "- twee", cited("footnote", 2)),
        footnotes=note("footnote", 1, "eerste") + note("footnote", 2, "tweede"),
    )  # fmt: skip
    assert texts(page, Role.PARAGRAPH) == [f"{PROSE}1", "Daarna:", "- een", "- twee2"]
    marked = [page.text[m.start - 1 : m.end] for m in page.marks if m.role is Role.NOTE_MARK]
    assert marked == [".1", "e2"]


def test_a_page_break_within_a_paragraph(tmp_path: Path) -> None:
    """What stands before a page break and what stands after it are not one sentence."""
    next_page = '<w:r><w:br w:type="page"/></w:r>'
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE, next_page, "Bijlage 1"),
        paragraph(next_page, PROSE),
    )
    assert texts(page) == ["Geachte voorzitter,", PROSE, "Bijlage 1", PROSE]


def test_a_title_in_bold_on_the_first_line(tmp_path: Path) -> None:
    """A title in bold that a line break parts from its prose is a heading."""
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph(run("Wat er speelt", "<w:b/>"), "<w:r><w:br/></w:r>", PROSE),
        paragraph(PROSE * 2),
    )
    assert texts(page, Role.HEADING) == ["Wat er speelt"]
    assert texts(page, Role.PARAGRAPH)[1] == PROSE


def test_a_link_is_no_title(tmp_path: Path) -> None:
    """A link is underlined as links are; underlined otherwise, a line over prose is a heading."""
    link = run("Rapport Geluid", '<w:u w:val="single"/>')
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph(f"<w:hyperlink>{link}</w:hyperlink>"),
        paragraph(PROSE),
        paragraph(complex_field("HYPERLINK x", link)),
        paragraph(PROSE),
        paragraph(run("Geluid", '<w:u w:val="single"/>')),
        paragraph(PROSE),
    )
    assert texts(page, Role.HEADING) == ["Geluid"]


def test_all_in_bold(tmp_path: Path) -> None:
    """Where everything is in bold, it says nothing."""
    bold = run("Een korte regel", "<w:b/>")
    page = read_body(tmp_path, *[paragraph(bold), paragraph(run(PROSE, "<w:b/>"))] * 3)
    assert not texts(page, Role.HEADING)


def _level(index: int, form: str, text: str, more: str = "", font: str = "Arial") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/><w:rPr><w:rFonts w:ascii="{font}"/></w:rPr></w:lvl>'
    )


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    + _level(0, "decimal", "%1.")
    + _level(1, "lowerLetter", "%2)")
    + _level(2, "lowerRoman", "(%3)")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    + _level(0, "upperRoman", "%1", '<w:pStyle w:val="Kop2"/>')
    + _level(1, "decimal", "%1.%2", "<w:isLgl/>")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2">'
    + _level(0, "bullet", "\uf0b7", font="Symbol")
    + _level(1, "bullet", "o", font="Courier New")
    + _level(2, "bullet", "\uf076", font="Wingdings")
    + "</w:abstractNum>"
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    + '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    + '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    + '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
    + '<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>'
)


def item(text: str, number: int, level: int = 0) -> str:
    """An item of list `number`."""
    own = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    return paragraph(text, properties=f"<w:numPr>{own}</w:numPr>")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([(1, 0), (1, 1), (1, 1), (1, 0), (1, 1)], ["1.", "a)", "b)", "2.", "a)"]),
        ([(1, 0), (1, 2), (1, 2)], ["1.", "(i)", "(ii)"]),
        ([(1, 0), (2, 0), (2, 0), (1, 0)], ["1.", "5.", "6.", "7."]),
        ([(3, 0), (3, 1), (3, 0), (3, 1)], ["I", "1.1", "II", "2.1"]),
        ([(4, 0), (4, 1), (4, 2)], ["•", "o", "❖"]),
    ],
)
def test_list_numbers(
    tmp_path: Path, items: list[tuple[int, int]], expected: list[str]
) -> None:
    """Numbers and bullets, which no text holds, are written as they are shown."""
    body = [item("punt", *one) for one in items]
    page = read_body(tmp_path, *body, styles=STYLES, numbering=NUMBERING)
    assert texts(page, Role.LIST_ITEM) == [f"{label} punt" for label in expected]


def test_no_number(tmp_path: Path) -> None:
    """A list number of 0 takes a paragraph out of its style's list."""
    page = read_body(tmp_path, item("punt", 0), numbering=NUMBERING)
    assert texts(page, Role.PARAGRAPH) == ["punt"]


def test_changes_comments_and_hidden_text(tmp_path: Path) -> None:
    """Insertions are read; deletions, moved text, comments and hidden text are not."""
    page = read_body(
        tmp_path,
        "<w:p>", run("Wij "), "<w:del><w:r><w:delText>nooit </w:delText></w:r></w:del>",
        f"<w:ins>{run('graag ')}</w:ins>", f"<w:moveFrom>{run('elders ')}</w:moveFrom>",
        f"<w:moveTo>{run('hier ')}</w:moveTo>", run("verborgen ", "<w:vanish/>"),
        run("ook ", '<w:rStyle w:val="Weg"/>'), run("wel ", '<w:vanish w:val="false"/>'),
        '<w:r><w:commentReference w:id="1"/></w:r>', run("komen."), "</w:p>",
        styles=STYLES,
    )  # fmt: skip
    assert texts(page) == ["Wij graag hier wel komen."]


def test_a_deleted_paragraph_end(tmp_path: Path) -> None:
    """Paragraphs between which the end was deleted are one."""
    page = read_body(
        tmp_path,
        paragraph("Eerste helft ", properties="<w:rPr><w:del/></w:rPr>"),
        paragraph("en tweede helft."),
    )
    assert texts(page) == ["Eerste helft en tweede helft."]


def test_a_deleted_paragraph_end_with_nothing_after_it(tmp_path: Path) -> None:
    """The last words of a cell or a document are kept, whatever became of their paragraph's end."""
    cut = paragraph("laatste woorden", properties="<w:rPr><w:del/></w:rPr>")
    page = read_body(
        tmp_path, paragraph(PROSE), cut, f"<w:tbl>{row(cut, 'tweede cel')}</w:tbl>", cut
    )
    assert texts(page)[1:] == ["laatste woorden", "laatste woorden\ttweede cel", "laatste woorden"]


def test_fields(tmp_path: Path) -> None:
    """What a field shows is read, its instruction is not; a field may hold a field."""
    inner = complex_field("MERGEFIELD a", run("binnen"))
    page = read_body(
        tmp_path,
        paragraph(
            "Zie ",
            complex_field("REF x", run("hoofdstuk 2")),
            '<w:fldSimple w:instr="DATE">' + run(" van 3 mei") + "</w:fldSimple>",
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
            "<w:r><w:instrText>IF </w:instrText></w:r>",
            inner,
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            run(" en buiten"),
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ),
    )
    assert texts(page) == ["Zie hoofdstuk 2 van 3 mei en buiten"]


def test_a_field_that_is_never_closed(tmp_path: Path) -> None:
    """A broken field does not hide the rest of the letter."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    page = read_body(tmp_path, paragraph("Begin ", begin, "en vervolg."), paragraph(PROSE))
    assert texts(page) == ["Begin en vervolg.", PROSE]


def test_table_of_contents(tmp_path: Path) -> None:
    """A table of contents is left out by its field, its style or its content control."""
    control = "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/>"
    entry = run("Aanleiding") + "<w:r><w:tab/></w:r>" + run("2")
    page = read_body(
        tmp_path,
        f"{control}</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph('Inhoud')}</w:sdtContent>"
        "</w:sdt>",
        paragraph(entry, style="Inhopg1"),
        f"<w:p>{complex_field('TOC', entry)}</w:p>",
        paragraph(PROSE),
        styles=STYLES,
    )
    assert texts(page, Role.PARAGRAPH) == [PROSE]
    assert blocks(page, Role.FURNITURE)[0] == ("table of contents", "Inhoud")
    assert len(blocks(page, Role.FURNITURE)) == 3


def test_content_controls(tmp_path: Path) -> None:
    """What was filled in is read; a placeholder that waits for it is not."""
    filled = f"<w:sdt><w:sdtContent>{run('ingevuld')}</w:sdtContent></w:sdt>"
    waiting = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
        f"<w:sdtContent>{run('Klik om tekst in te voeren')}</w:sdtContent></w:sdt>"
    )
    page = read_body(tmp_path, f"<w:p>{run('Hier is ')}{filled}{waiting}</w:p>")
    assert texts(page) == ["Hier is ingevuld"]


def test_signs(tmp_path: Path) -> None:
    """Special hyphens, tabs, line breaks and symbols are what the reader of the page sees."""
    page = read_body(
        tmp_path,
        "<w:p><w:r><w:t>PFAS</w:t><w:noBreakHyphen/><w:t>beleid lucht</w:t><w:softHyphen/>"
        '<w:t>kwaliteit</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:br w:type="page"/>'
        '<w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FC"/>'
        "</w:r></w:p>",
    )
    assert page.text == "PFAS-beleid luchtkwaliteit\ta\nb\n\n≥✓"


def test_alternatives_once(tmp_path: Path) -> None:
    """Content that is there in a new and an old form is read once."""
    box = f"<w:txbxContent>{paragraph('Ons kenmerk')}{paragraph('A-2025/17')}</w:txbxContent>"
    page = read_body(
        tmp_path,
        paragraph(
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>"
            f"{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
            f"<v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
            "</w:r>",
            "Geachte voorzitter,",
        ),
        paragraph(PROSE),
    )
    assert blocks(page, Role.FIELD) == [("", "Ons kenmerk\nA-2025/17")]
    assert texts(page, Role.PARAGRAPH) == ["Geachte voorzitter,", PROSE]


def test_frames(tmp_path: Path) -> None:
    """Paragraphs in one frame of the letterhead are one field; those in the next are another."""
    left, right = '<w:framePr w:w="2000"/>', '<w:framePr w:w="2000" w:x="7000"/>'
    page = read_body(
        tmp_path,
        paragraph("De voorzitter van de Tweede Kamer", properties=left),
        paragraph("Postbus 20018", properties=left),
        paragraph("Korte Voorhout 7", properties=right),
        paragraph("Ons kenmerk", style="Kader"),
        paragraph("A-2025/17", style="Kader"),
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE),
        styles='<w:style w:type="paragraph" w:styleId="Kader"><w:pPr><w:framePr w:y="9"/></w:pPr>'
        "</w:style>",
    )
    assert texts(page, Role.FIELD) == [
        "De voorzitter van de Tweede Kamer\nPostbus 20018",
        "Korte Voorhout 7",
        "Ons kenmerk\nA-2025/17",
    ]


def test_a_box_of_prose_amid_the_text(tmp_path: Path) -> None:
    """A text box with prose is read as text, and not woven into the sentence beside it."""
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('Kader. ' + PROSE)}"
    page = read_body(
        tmp_path,
        paragraph(PROSE),
        paragraph("Eerst dit ", f"{box}</w:txbxContent></v:textbox></w:pict></w:r>", "en dat."),
    )
    assert texts(page, Role.PARAGRAPH) == [PROSE, f"Kader. {PROSE}", "Eerst dit en dat."]


def box_of(*lines: str) -> str:
    """A run with a text box of these lines."""
    inside = "".join(paragraph(line) for line in lines)
    return (
        f"<w:r><w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict></w:r>"
    )


HEAD = (
    paragraph("Ministerie van Financiën", "<w:r><w:br/></w:r>", "Korte Voorhout 7"),
    paragraph("Datum: 3 mei 2024"),
    paragraph("Ons kenmerk", "<w:r><w:tab/></w:r>", "F-2024/9"),
    paragraph("Geachte voorzitter,"),
)
COLUMN = ("Ministerie van Financiën", "Datum", "3 mei 2024", "Ons kenmerk", "F-2024/9")


def test_a_box_in_the_cell_of_a_table(tmp_path: Path) -> None:
    """A text box anchored in a cell is no part of the row; a cell with nothing else is the box."""
    anchored = f"<w:tc>{paragraph(box_of(*COLUMN), 'Schiphol')}</w:tc>"
    alone = f"<w:tc>{paragraph(box_of('17.800'))}</w:tc>"
    rows = f"<w:tr>{anchored}{alone}</w:tr>" * 2
    page = read_body(tmp_path, *HEAD, paragraph(PROSE), f"<w:tbl>{rows}</w:tbl>")
    assert texts(page, Role.TABLE_ROW) == ["Schiphol\t17.800"] * 2
    assert {value for value, _ in blocks(page, Role.FURNITURE)} == {"repeated page head"}


def test_a_side_column_of_a_later_page(tmp_path: Path) -> None:
    """A side column anchored in the text repeats the head, and opens no second one."""
    page = read_body(
        tmp_path,
        *HEAD,
        paragraph("Vervolg", properties='<w:outlineLvl w:val="0"/>'),
        paragraph(box_of(*COLUMN, "Uw kenmerk", "A-1"), PROSE),
        paragraph(box_of("In het kort"), PROSE),
    )
    # The field that is new stands behind the text, where it parts no section.
    assert [text for _, text in blocks(page, *set(Role) - {Role.FURNITURE})][-5:] == [
        "Vervolg", PROSE, "In het kort", PROSE, "Uw kenmerk\nA-1",
    ]  # fmt: skip
    assert blocks(page, Role.FURNITURE) == [
        ("repeated page head", "Ministerie van Financiën"),
        ("repeated page head", "Datum\n3 mei 2024"),
        ("repeated page head", "Ons kenmerk\nF-2024/9"),
    ]


def test_heads_and_feet(tmp_path: Path) -> None:
    """Fields of a head are read once; page numbers and what runs along are furniture."""
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="{name}"/>'
        for part, kind, name in (
            ("header", "first", "header1"),
            ("header", "default", "header2"),
            ("footer", "default", "footer1"),
        )
    )
    field = paragraph("Ons kenmerk: A-2025/17")
    numbers = complex_field("PAGE", run("2")), " van ", complex_field("NUMPAGES", run("3"))
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE),
        f"<w:sectPr>{references}<w:titlePg/></w:sectPr>",
        header1=paragraph("Ministerie van Financiën") + paragraph("") + field,
        header2=field + paragraph("Datum: 3 mei 2025") + paragraph("Pagina ", *numbers),
        footer1=paragraph("Vertrouwelijk"),
    )
    assert texts(page, Role.FIELD) == [
        "Ministerie van Financiën",
        "Ons kenmerk: A-2025/17",
        "Datum: 3 mei 2025",
    ]
    assert blocks(page, Role.FURNITURE) == [
        ("repeated page head", "Ons kenmerk: A-2025/17"),
        ("page number", "Pagina 2 van 3"),
        ("running head or foot", "Vertrouwelijk"),
    ]


def test_a_running_field_under_another_label(tmp_path: Path) -> None:
    """A value that the head has is not said again; that of the letter answered is another."""
    page = read_body(
        tmp_path,
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE),
        f"<w:sectPr>{header_references('first', 'default')}<w:titlePg/></w:sectPr>",
        header1=paragraph("Kenmerk: A-2025/17") + paragraph("Uw brief van: 3 mei 2025"),
        header2=paragraph("Ons kenmerk") + paragraph("A-2025/17") + paragraph("Datum 3 mei 2025"),
    )
    assert texts(page, Role.FIELD)[2:] == ["Datum 3 mei 2025"]
    assert blocks(page, Role.FURNITURE) == [("repeated page head", "Ons kenmerk\nA-2025/17")]


def test_addresses_and_requests_are_fields_of_their_own(tmp_path: Path) -> None:
    """In a side column without white space, what is no value is left out, and the values stay."""
    column = box_of(
        "Ministerie van Financiën", "Bezoekadres", "Korte Voorhout 7", "Ons kenmerk", "F-2024/9",
        "Correspondentie uitsluitend richten aan het retouradres met vermelding van het kenmerk.",
    )  # fmt: skip
    body = paragraph(column) + paragraph("Geachte voorzitter,") + paragraph(PROSE)
    assert len(texts(read_body(tmp_path, body), Role.FIELD)) == 4
    letter = make_letter(FORMAT.read(tmp_path / "brief.docx"), "brief.docx", "")
    assert letter.text.startswith("Ministerie van Financiën\n\nOns kenmerk F-2024/9\n\nGeachte")


def header_references(*kinds: str) -> str:
    """A section's references to header1, header2, …, which are of these kinds."""
    return "".join(
        f'<w:headerReference w:type="{kind}" r:id="header{number}"/>'
        for number, kind in enumerate(kinds, start=1)
    )


def test_a_head_for_later_pages_only(tmp_path: Path) -> None:
    """Where page one has a head of its own, but none was made, that of later pages runs along."""
    column = paragraph("Ons kenmerk") + paragraph("A-2025/17")
    page = read_body(
        tmp_path,
        column,
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE),
        f"<w:sectPr>{header_references('default', 'even')}<w:titlePg/></w:sectPr>",
        header1=column,
        header2=paragraph("Ons kenmerk: van een andere brief"),
    )
    assert page.text.startswith("Ons kenmerk\nA-2025/17\n\nGeachte")
    # Heads of even pages are not shown unless the settings say so.
    assert blocks(page, Role.FURNITURE) == [("repeated page head", "Ons kenmerk\nA-2025/17")]


def test_heads_of_even_pages(tmp_path: Path) -> None:
    """A head of even pages is read where the document has them."""
    page = read_body(
        tmp_path,
        paragraph(PROSE),
        f"<w:sectPr>{header_references('default', 'even')}</w:sectPr>",
        header1=paragraph("Ministerie van Financiën"),
        header2=paragraph("Ons kenmerk: A-2025/17"),
        settings="<w:evenAndOddHeaders/>",
    )
    assert texts(page, Role.FIELD) == ["Ministerie van Financiën", "Ons kenmerk: A-2025/17"]


def note(kind: str, identifier: int, *text: str) -> str:
    """A footnote or endnote of `text`, as Word keeps it."""
    body = "".join(paragraph("<w:r><w:footnoteRef/></w:r>", f" {one}") for one in text)
    return f'<w:{kind} w:id="{identifier}">{body}</w:{kind}>'


def cited(kind: str, identifier: int, more: str = "") -> str:
    """The run that cites a note."""
    return f'<w:r><w:{kind}Reference w:id="{identifier}"{more}/></w:r>'


def test_notes_in_order_of_citation(tmp_path: Path) -> None:
    """Notes are numbered as the text cites them, deleted citations left out, own marks kept."""
    own = '<w:r><w:footnoteReference w:id="9" w:customMarkFollows="1"/><w:t>*</w:t></w:r>'
    page = read_body(
        tmp_path,
        paragraph("Eén", cited("footnote", 7), f"<w:del>{cited('footnote', 5)}</w:del>", " twee",
                  cited("footnote", 3), " drie", own, " vier", cited("endnote", 2)),
        footnotes=note("footnote", 3, "tweede") + note("footnote", 5, "weg")
        + note("footnote", 7, "eerste", "tweede alinea") + note("footnote", 9, "met ster"),
        endnotes=note("endnote", 2, "slotnoot"),
    )  # fmt: skip
    assert page.text.startswith("Eén1 twee2 drie* vieri\n\n")
    assert [value for value, _ in blocks(page, Role.NOTE_MARK)] == ["1", "2", "*", "i"]
    assert [" ".join(text.split()) for text in texts(page, Role.FOOTNOTE)] == [
        "1 eerste tweede alinea",
        "2 tweede",
        "* met ster",
        "i slotnoot",
    ]
    letter = make_letter(FORMAT.read(tmp_path / "brief.docx"), "brief.docx", "")
    assert [len(one.anchors) for one in letter.footnotes] == [1, 1, 1, 1]


def test_a_note_that_begins_with_a_number(tmp_path: Path) -> None:
    """A number that is the first word of a note is not taken for the note's own, unless typed."""
    typed = f'<w:footnote w:id="2">{paragraph("2 Kamerstuk 30 175.")}</w:footnote>'
    page = read_body(
        tmp_path,
        paragraph(PROSE, cited("footnote", 1), " ", PROSE, cited("footnote", 2)),
        footnotes=note("footnote", 1, "1 januari 2025 is de peildatum.") + typed,
    )
    assert [" ".join(text.split()) for text in texts(page, Role.FOOTNOTE)] == [
        "1 1 januari 2025 is de peildatum.",
        "2 Kamerstuk 30 175.",
    ]


def test_a_note_in_one_run_with_the_text_after_it(tmp_path: Path) -> None:
    """The words after a note's number are its own mark only where the note says so."""
    citing = (
        '<w:r><w:footnoteReference w:id="1" w:customMarkFollows="{}"/><w:t> en verder</w:t></w:r>'
    )
    page = read_body(
        tmp_path, paragraph(PROSE, citing.format("0")), footnotes=note("footnote", 1, "Een noot.")
    )
    assert texts(page, Role.PARAGRAPH) == [f"{PROSE}1 en verder"]


def test_notes_that_begin_anew_per_section(tmp_path: Path) -> None:
    """Notes with the same number in two sections are each tied to their own sentence."""
    section = '<w:sectPr><w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr></w:sectPr>'
    read_body(
        tmp_path,
        paragraph("Dit is de eerste zin", cited("footnote", 1), ".", properties=section),
        paragraph("Dit is de tweede zin", cited("footnote", 2), "."),
        section,
        footnotes=note("footnote", 1, "eerste noot") + note("footnote", 2, "tweede noot"),
    )
    letter = make_letter(FORMAT.read(tmp_path / "brief.docx"), "brief.docx", "")
    assert [one.number for one in letter.footnotes] == ["1", "1"]
    ends = [letter.text.index(f"{word} zin") + len(word) + 4 for word in ("eerste", "tweede")]
    assert [one.anchors for one in letter.footnotes] == [(ends[0],), (ends[1],)]


BREAK = "<w:r><w:br/></w:r>"


def row(*cells: str, properties: str = "") -> str:
    """A table row; each cell is the XML of its paragraphs, or plain words."""
    made = (
        f"<w:tc>{one if one.startswith('<') else paragraph(one)}</w:tc>" for one in cells
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(made)}</w:tr>"


def test_tables(tmp_path: Path) -> None:
    """A row is its cells parted by tabs; merged cells stand once, deleted rows not at all."""
    merged = "<w:tcPr><w:vMerge/></w:tcPr>" + paragraph("verborgen rest")
    page = read_body(
        tmp_path,
        paragraph(PROSE),
        "<w:tbl>",
        row("Maatregel", paragraph("Kosten") + paragraph("(in euro)"), "Jaar"),
        row("Walstroom", "12 miljoen", "2026"),
        row(merged, "3 miljoen", "2027"),
        row("weg", "weg", "weg", properties="<w:del/>"),
        "</w:tbl>",
    )
    assert texts(page, Role.TABLE_ROW) == [
        "Maatregel\tKosten (in euro)\tJaar",
        "Walstroom\t12 miljoen\t2026",
        "3 miljoen\t2027",
    ]


@pytest.mark.parametrize(
    "table",
    [
        row("Ons kenmerk", "A-2025/17") + row("Datum", "3 mei 2025"),
        row("Ons kenmerk", "Datum") + row("A-2025/17", "3 mei 2025"),
        row("Ons kenmerk", "A-2025/17", "Datum", "3 mei 2025"),
        row(paragraph("Ons kenmerk") + paragraph("A-2025/17"),
            paragraph("Datum") + paragraph("3 mei 2025")),
        row("Ons kenmerk: A-2025/17") + row("Datum: 3 mei 2025"),
        row(paragraph("Ons kenmerk") + paragraph("Datum"),
            paragraph("A-2025/17") + paragraph("3 mei 2025")),
        row(paragraph("Ons kenmerk:", BREAK, BREAK, "Datum:"),
            paragraph("A-2025/17", BREAK, "(bij brief)", BREAK, "3 mei 2025"), "Bijlagen: 2"),
    ],
    ids=["beside", "above", "side by side", "in one cell", "with colons", "in columns",
         "in columns of lines"],
)  # fmt: skip
def test_tables_of_the_letterhead(tmp_path: Path, table: str) -> None:
    """However a table puts labels and values, the letter's kenmerk and date are found."""
    read_body(
        tmp_path,
        f"<w:tbl>{table}</w:tbl>",
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE),
    )
    letter = make_letter(FORMAT.read(tmp_path / "brief.docx"), "brief.docx", "")
    assert (letter.metadata.kenmerk, letter.metadata.date) == ("A-2025/17", "2025-05-03")


def test_a_letter_in_a_layout_table(tmp_path: Path) -> None:
    """A table that only puts the side column beside the letter makes no rows of it."""
    column = paragraph("Ons kenmerk") + paragraph("A-2025/17")
    text = paragraph("Geachte voorzitter,") + paragraph(PROSE) + paragraph(PROSE)
    page = read_body(tmp_path, f"<w:tbl>{row(text, column)}</w:tbl>")
    assert not texts(page, Role.TABLE_ROW)
    assert texts(page, Role.FIELD) == ["Ons kenmerk\nA-2025/17"]
    assert texts(page, Role.PARAGRAPH) == ["Geachte voorzitter,", PROSE, PROSE]


def test_address_lines_stay_together(tmp_path: Path) -> None:
    """Lines of the head without white space between them are one field, others are not."""
    far = '<w:spacing w:after="200"/>'
    page = read_body(
        tmp_path,
        paragraph("De voorzitter van de Tweede Kamer"),
        paragraph("Postbus 20018", properties=far),
        paragraph("Geachte voorzitter,"),
        paragraph(PROSE),
    )
    head = page.text[: page.text.index("\n\nGeachte")]
    assert head == "De voorzitter van de Tweede Kamer\nPostbus 20018"


def test_address_lines_parted_by_empty_lines(tmp_path: Path) -> None:
    """Where empty lines part the fields of the head, the spacing of every line does not."""
    far = '<w:spacing w:after="160"/>'
    lines = ("Aan de minister van Financiën", "Postbus 20201", "", "Ons kenmerk", "A-2025/17", "")
    page = read_body(
        tmp_path,
        *(paragraph(run(one), properties=far) for one in lines),
        paragraph("Geachte minister,"),
        paragraph(PROSE),
    )
    head = page.text[: page.text.index("\n\nGeachte")]
    assert head == "Aan de minister van Financiën\nPostbus 20201\n\nOns kenmerk\nA-2025/17"


def test_a_text_pasted_line_by_line(tmp_path: Path) -> None:
    """Where each line of a hard-wrapped text became a paragraph, the sentences are made whole."""
    words = (PROSE + " ").split() * 40
    lines = [" ".join(words[at : at + 11]) for at in range(0, len(words), 11)]
    read_body(tmp_path, paragraph("Geachte voorzitter,"), *map(paragraph, lines))
    letter = make_letter(FORMAT.read(tmp_path / "brief.docx"), "brief.docx", "")
    assert " ".join(words) in letter.text


def test_what_is_no_letter(tmp_path: Path) -> None:
    """A document without a word, or without its main part, is refused with what to do."""
    with pytest.raises(UnreadableFile, match="no text"):
        read_letter(write_docx(tmp_path / "brief.docx", paragraph(" ")))
    path = tmp_path / "leeg.docx"
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(UnreadableFile, match="no Word document"):
        FORMAT.read(path)


def test_large_documents(tmp_path: Path) -> None:
    """Thousands of paragraphs, notes and rows are read in time that grows with their number."""
    body = [paragraph(f"Alinea {n}. {PROSE}", cited("footnote", n)) for n in range(5000)]
    rows = "".join(row("Stad", f"{n}", "2024") for n in range(1000))
    notes = "".join(note("footnote", n, f"Noot {n}.") for n in range(5000))
    path = write_docx(
        tmp_path / "brief.docx", "".join(body) + f"<w:tbl>{rows}</w:tbl>", footnotes=notes
    )
    with must_end(60):
        page = page_of(path)
    assert len(blocks(page, Role.PARAGRAPH)) == len(blocks(page, Role.FOOTNOTE)) == 5000
    assert len(blocks(page, Role.TABLE_ROW)) == 1000


def test_pictures_alone(tmp_path: Path) -> None:
    """A scan that was pasted in is reported as such, with a way to have it read."""
    path = write_docx(tmp_path / "scan.docx", paragraph(""), image1="")
    with pytest.raises(UnreadableFile, match="only pictures, no text: export it as PDF"):
        read_letter(path)
    assert texts(read_body(tmp_path, paragraph("Onder de foto staat tekst."), image1=""))
