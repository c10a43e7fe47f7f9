from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

import pytest

from ingest.document import RawPage, Role
from ingest.errors import UnreadableFile
from ingest.formats.odt import FORMAT
from ingest.reading import make_letter, read_letter
from tests.conftest import must_end
from tests.ingest_letters import DATA
from tests.office_files import write_odt
from tests.test_ingest_docx import PROSE, blocks, texts

LETTER = DATA / "documents" / "letter.odt"
NUMBERS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1"'
    ' style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2"'
    ' style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>'
    '<text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="3"/>'
    "</text:list-style>"
)


def page_of(path: Path) -> RawPage:
    """The one raw page of the document at `path`."""
    (page,) = FORMAT.read(path).pages
    return page


def read_body(tmp_path: Path, body: str, automatic: str = "", named: str = "") -> RawPage:
    """The raw page of a document with `body`."""
    return page_of(write_odt(tmp_path / "brief.odt", body, automatic, named))


def p(text: str, style: str = "") -> str:
    """A paragraph."""
    return f'<text:p text:style-name="{style}">{text}</text:p>'


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
    assert texts(page, Role.LIST_ITEM)[:5] == [
        "1. het meetnet is uitgebreid met veertig stations;",
        "a) dertig in steden, en",
        "b) tien langs snelwegen;",
        "2. de rekenmodellen zijn herzien;",
        "3. de resultaten zijn openbaar.",
    ]
    assert texts(page, Role.TABLE_ROW)[1] == "Utrecht\t18,4\t17,9"
    assert blocks(page, Role.FOOTNOTE) == [
        ("1", "1 Kamerstuk 30 175, nr. 441."),
        ("2", "2 Monitor 2024, blz. 12.\nZie ook de bijlage."),
        ("i", "i Richtlijn (EU) 2024/2881."),
    ]
    assert [reason for reason, _ in blocks(page, Role.FURNITURE)] == [
        "repeated page head",
        "page number",
    ]
    assert "Dit is toegevoegd." in page.text
    assert "geschraptwoord" not in page.text
    assert "Verborgen" not in page.text


def test_the_same_letter_as_in_docx() -> None:
    """One letter in two formats has the same text and the same identity."""
    odt = make_letter(FORMAT.read(LETTER), "letter.odt", "")
    from ingest.formats.docx import FORMAT as DOCX

    docx = make_letter(DOCX.read(LETTER.with_suffix(".docx")), "letter.docx", "")
    assert odt.text == docx.text
    assert odt.metadata == docx.metadata
    assert odt.footnotes == docx.footnotes
    assert odt.metadata.kenmerk == "IENW/BSK-2025/104417"


def test_properties() -> None:
    """The document's own properties go by their Dublin Core names, and custom ones by theirs."""
    properties = FORMAT.read(LETTER).properties
    assert properties["title"] == "Voortgang schone lucht"
    assert properties["subject"] == "Luchtkwaliteit"
    assert properties["kenmerk"] == "IENW/BSK-2025/104417"


def test_list_numbers(tmp_path: Path) -> None:
    """Numbers are those that are shown: nested, going on, begun elsewhere, and headers without."""
    three = "<text:list><text:list-item>" + p("diep") + "</text:list-item></text:list>"
    page = read_body(
        tmp_path,
        '<text:list xml:id="a" text:style-name="L"><text:list-header>' + p("kop")
        + "</text:list-header><text:list-item>" + p("een") + p("vervolg")
        + "<text:list><text:list-item>" + p("onder") + three + "</text:list-item></text:list>"
        + "</text:list-item></text:list>" + p("ertussen")
        + '<text:list text:style-name="L" text:continue-numbering="true"><text:list-item>'
        + p("twee") + '</text:list-item><text:list-item text:start-value="7">' + p("zeven")
        + '</text:list-item></text:list><text:list text:style-name="L"><text:list-item>'
        + p("opnieuw") + '</text:list-item></text:list>'
        + '<text:list text:continue-list="a" text:style-name="L"><text:list-item>' + p("verder")
        + "</text:list-item></text:list>",
        automatic=NUMBERS,
    )  # fmt: skip
    assert texts(page) == [
        "kop", "1. een", "vervolg", "(a) onder", "1.a.1 diep", "ertussen", "2. twee", "7. zeven",
        "1. opnieuw", "8. verder",
    ]  # fmt: skip


def test_bullets(tmp_path: Path) -> None:
    """A bullet is shown alone, whatever suffix its list has, and in a symbol font as its sign."""
    bullet = (
        '<text:list-style style:name="{}"><text:list-level-style-bullet text:level="1"'
        ' text:bullet-char="{}" style:num-suffix="."><style:text-properties'
        ' style:font-name="{}"/></text:list-level-style-bullet></text:list-style>'
    )
    item = '<text:list text:style-name="{0}"><text:list-item><text:p>{0}</text:p></text:list-item>'
    page = read_body(
        tmp_path,
        "".join(f"{item.format(name)}</text:list>" for name in "ABC"),
        automatic=bullet.format("A", "•", "OpenSymbol") + bullet.format("B", "\uf076", "Wingdings")
        + bullet.format("C", "\uf0b7", "Symbol"),
    )  # fmt: skip
    assert texts(page, Role.LIST_ITEM) == ["• A", "❖ B", "• C"]


def test_a_drawing_with_words(tmp_path: Path) -> None:
    """The words in a drawn shape are not woven into the sentence that it is anchored in."""
    page = read_body(
        tmp_path,
        p(PROSE) + p("Eerst dit <draw:path><text:p>in de pijl</text:p></draw:path>en dat."),
    )
    assert texts(page, Role.PARAGRAPH) == [PROSE, "in de pijl", "Eerst dit en dat."]


def test_a_hidden_paragraph(tmp_path: Path) -> None:
    """A paragraph that a template's condition hides is not read."""
    hidden = '<text:hidden-paragraph text:condition="x" text:is-hidden="{}"/>'
    page = read_body(
        tmp_path, p(PROSE) + p("weg" + hidden.format("true")) + p("wel" + hidden.format("false"))
    )
    assert texts(page) == [PROSE, "wel"]


def test_white_space_and_signs(tmp_path: Path) -> None:
    """White space of the XML counts as one space; spaces, tabs and breaks have elements."""
    page = read_body(
        tmp_path,
        "<text:p>Een\n   zin<text:s text:c='3'/>met<text:tab/>tab<text:line-break/>en "
        "<text:span>meer<office:annotation><text:p>opmerking</text:p></office:annotation>"
        "</text:span><text:soft-page-break/><text:bookmark text:name='x'/>.</text:p>",
    )
    assert page.text == "Een zin   met\ttab\nen meer."


@pytest.mark.parametrize("count", ["999999999999", "9" * 5000, "-3", "veel"], ids=len)
def test_absurd_counts(tmp_path: Path, count: str) -> None:
    """A count made to fill the memory, or none at all, does no harm."""
    cell = f'<table:table-cell table:number-columns-repeated="{count}">{p("x")}</table:table-cell>'
    with must_end(20):
        page = read_body(
            tmp_path,
            f"<text:p>a<text:s text:c='{count}'/>b</text:p><table:table>"
            f'<table:table-row table:number-rows-repeated="{count}">{cell}</table:table-row>'
            f"</table:table>" + p(PROSE),
        )
    assert PROSE in page.text
    assert len(page.text) < 10_000


def test_tables(tmp_path: Path) -> None:
    """Repeated cells are repeated, covered ones are part of a merged one, empty ones are empty."""
    page = read_body(
        tmp_path,
        p(PROSE) + '<table:table><table:table-row><table:table-cell>' + p("Stad")
        + '</table:table-cell><table:table-cell table:number-columns-repeated="2">' + p("0")
        + '</table:table-cell></table:table-row><table:table-row><table:table-cell>'
        + p("Zwolle") + p("(Ov.)") + '</table:table-cell><table:covered-table-cell>' + p("weg")
        + '</table:covered-table-cell><table:table-cell>' + p("12,2")
        + "</table:table-cell></table:table-row></table:table>",
    )  # fmt: skip
    assert texts(page, Role.TABLE_ROW) == ["Stad\t0\t0", "Zwolle (Ov.)\t\t12,2"]


def test_sections_indexes_and_hidden_parts(tmp_path: Path) -> None:
    """Sections are read unless hidden; a table of contents is furniture."""
    page = read_body(
        tmp_path,
        "<text:section>" + p("zichtbaar") + '</text:section><text:section text:display="none">'
        + p("verborgen") + "</text:section><text:table-of-content><text:table-of-content-source>"
        + p("sjabloon") + "</text:table-of-content-source><text:index-body><text:index-title>"
        + p("Inhoud") + "</text:index-title>" + p("1 Aanleiding 3")
        + "</text:index-body></text:table-of-content>"
        + "<text:p>a<text:hidden-text text:is-hidden='true'>b</text:hidden-text>c</text:p>",
    )  # fmt: skip
    assert texts(page, Role.PARAGRAPH) == ["zichtbaar", "ac"]
    assert texts(page, Role.FURNITURE) == ["Inhoud", "1 Aanleiding 3"]
    assert "sjabloon" not in page.text


def test_headings_by_style_alone(tmp_path: Path) -> None:
    """A paragraph whose style has an outline level is a heading, and so is one named 'Kop 2'."""
    page = read_body(
        tmp_path,
        p("Met niveau", "Eigen") + p(PROSE) + p("Met naam", "Kop_20_2") + p(PROSE),
        named='<office:styles><style:style style:name="Basis" style:family="paragraph"'
        ' style:default-outline-level="3"/><style:style style:name="Eigen"'
        ' style:family="paragraph" style:parent-style-name="Basis"/><style:style'
        ' style:name="Kop_20_2" style:family="paragraph"/></office:styles>',
    )
    assert blocks(page, Role.HEADING) == [("3", "Met niveau"), ("2", "Met naam")]


def test_a_line_in_bold_is_a_heading(tmp_path: Path) -> None:
    """A line in bold, by the paragraph's style or by a span's, heads the prose below it."""
    bold = '<style:text-properties fo:font-weight="bold"/>'
    page = read_body(
        tmp_path,
        p("Geachte voorzitter,") + p("Aanleiding en doel", "P1") + p(PROSE)
        + p('<text:span text:style-name="T1">Hoe verder</text:span>') + p(PROSE),
        automatic=f'<style:style style:name="P1" style:family="paragraph">{bold}</style:style>'
        f'<style:style style:name="T1" style:family="text">{bold}</style:style>',
    )  # fmt: skip
    assert texts(page, Role.HEADING) == ["Aanleiding en doel", "Hoe verder"]


def test_a_link_is_no_title(tmp_path: Path) -> None:
    """A link is underlined as links are; underlined otherwise, a line over prose is a heading."""
    line = '<text:span text:style-name="T1">{}</text:span>'
    page = read_body(
        tmp_path,
        p("Geachte voorzitter,") + p(f"<text:a>{line.format('Rapport')}</text:a>") + p(PROSE)
        + p(line.format("Geluid")) + p(PROSE),
        automatic='<style:style style:name="T1" style:family="text"><style:text-properties'
        ' style:text-underline-style="solid"/></style:style>',
    )  # fmt: skip
    assert texts(page, Role.HEADING) == ["Geluid"]


def test_a_note_with_a_mark_of_its_own(tmp_path: Path) -> None:
    """A note keeps the mark that was typed for it."""
    page = read_body(
        tmp_path,
        '<text:p>Woord<text:note text:note-class="footnote"><text:note-citation text:label="*">*'
        "</text:note-citation><text:note-body>" + p("met ster")
        + "</text:note-body></text:note> en meer.</text:p>",
    )  # fmt: skip
    assert page.text == "Woord* en meer.\n\n* met ster"


def test_encrypted(tmp_path: Path) -> None:
    """A letter with a password is reported as encrypted."""
    path = write_odt(tmp_path / "brief.odt", p(PROSE))
    other = tmp_path / "dicht.odt"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == "META-INF/manifest.xml":
                content = content.replace("/>", "><manifest:encryption-data/></manifest:manifest>")
            target.writestr(name, content)
    with pytest.raises(UnreadableFile, match="encrypted") as caught:
        FORMAT.read(other)
    assert "password" in caught.value.remedy


def test_no_text(tmp_path: Path) -> None:
    """A document without a word is refused."""
    with pytest.raises(UnreadableFile, match="no text"):
        read_letter(write_odt(tmp_path / "brief.odt", p("")))


def test_large_documents(tmp_path: Path) -> None:
    """Thousands of paragraphs and rows are read in time that grows with their number."""
    cells = "<table:table-cell>" + p("x") + "</table:table-cell>"
    body = p(PROSE) * 5000 + "<table:table>"
    body += f"<table:table-row>{cells * 3}</table:table-row>" * 1000 + "</table:table>"
    with must_end(60):
        page = read_body(tmp_path, body)
    assert len(texts(page, Role.PARAGRAPH)) == 5000
    assert len(texts(page, Role.TABLE_ROW)) == 1000


def test_frames_of_later_pages(tmp_path: Path) -> None:
    """Frames of a page are written before all text, and are read with the page that they are of."""

    def frame(page: int, *lines: str) -> str:
        return (
            f'<draw:frame text:anchor-type="page" text:anchor-page-number="{page}">'
            f"<draw:text-box>{''.join(map(p, lines))}</draw:text-box></draw:frame>"
        )

    column = ("Datum", "3 mei 2024", "Ons kenmerk", "F-2024/9")
    page = read_body(
        tmp_path,
        frame(3, *column)
        + frame(2, "Op deze bladzijde")
        + frame(1, "Korte Voorhout 7", *column)
        + p("Geachte voorzitter,")
        + p(PROSE),
    )
    assert texts(page, Role.FIELD) == [
        "Korte Voorhout 7", "Datum\n3 mei 2024", "Ons kenmerk\nF-2024/9",
    ]  # fmt: skip
    assert texts(page, Role.PARAGRAPH) == ["Geachte voorzitter,", PROSE, "Op deze bladzijde"]
    assert {value for value, _ in blocks(page, Role.FURNITURE)} == {"repeated page head"}


def test_pictures_alone(tmp_path: Path) -> None:
    """A scan that was pasted in is reported as such, also where its pages are numbered."""
    foot = f"<style:footer>{p('Pagina <text:page-number>1</text:page-number>')}</style:footer>"
    named = f'<office:master-styles><style:master-page style:name="Standard">{foot}'
    picture = p("<draw:frame><draw:image/></draw:frame>")
    read = partial(
        read_body, tmp_path, named=f"{named}</style:master-page></office:master-styles>"
    )
    with pytest.raises(UnreadableFile, match="only pictures, no text: export it as PDF"):
        read(picture)
    assert texts(read(picture + p(PROSE)), Role.PARAGRAPH) == [PROSE]
