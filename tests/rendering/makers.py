"""`python -m tests.rendering.makers FOLDER`: one letter as PDFs of several makers.

    apt-get install chromium ghostscript groff fonts-liberation
    pip install weasyprint reportlab
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

FIELDS = {
    "Ons kenmerk": "2026-0000123456",
    "Uw kenmerk": "2026Z01234",
    "Bijlagen": "2",
    "Datum": "3 april 2026",
    "Betreft": "Voortgang woningbouw en huurbeleid",
}
_TASK = (
    "De afgelopen jaren is de woningbouwopgave in alle provincies toegenomen, terwijl de "
    "beschikbaarheid van bouwlocaties en de verduurzamingsdoelstellingen om een gezamenlijke "
    "aanpak vragen."
)
_RENT = (
    "In het bestuurlijk overleg van 12 maart 2026 hebben de gemeenten en de woningcorporaties "
    "afgesproken dat zij de huurverhoging voor huishoudens met een laag inkomen beperken tot 2,4 "
    "procent."
)
SENDER = "De minister van Volkshuisvesting en Ruimtelijke Ordening, M. de Vries"
_TOWNS = "Almelo Borne Coevorden Deventer Elburg Goes Hoorn IJsselstein Kampen Lelystad Meppel"
# A raised number is written between bars.
BLOCKS = (
    ("paragraph", "Geachte voorzitter,"),
    ("paragraph", f"Met deze brief informeer ik uw Kamer over de voortgang in 2026.|1| {_TASK}"),
    ("heading", "1. Woningbouwopgave"),
    ("paragraph", f"{_RENT} {_TASK} De kosten bedragen in 2027 € 12,5 miljoen.|2|"),
    ("paragraph", "Ik heb daarbij drie uitgangspunten gehanteerd:"),
    (
        "list_item",
        "• nieuwe woningen komen er bij voorkeur in de buurt van stations en andere knooppunten "
        "van het openbaar vervoer, zodat de autoafhankelijkheid niet toeneemt;",
    ),
    ("list_item", "• gemeenten bouwen naar behoefte;"),
    ("list_item", "• de helft is betaalbaar."),
    ("heading", "2. Huurbeleid"),
    ("paragraph", f"{_TASK} {_RENT}"),
    ("paragraph", _RENT),
    ("paragraph", "De tabel geeft de aantallen per gemeente weer."),
    ("table_row", "Gemeente\tWoningen\tGereed"),
    *(
        ("table_row", f"Gemeente {town}\t{1000 + 37 * at}\t{2027 + at % 4}")
        for at, town in enumerate(_TOWNS.split())
    ),
    ("heading", "3. Tot slot"),
    ("paragraph", _TASK),
    ("paragraph", f"Aanbeveling 2 van de commissie neem ik over. {_RENT}"),
    ("closing", f"Hoogachtend, {SENDER}"),
)
NOTES = {
    "1": "Kamerstukken II 2025/26, 32 847, nr. 1234.",
    "2": "Bijlage bij Kamerstukken II 2025/26, 32 847, nr. 1200, waarin de raming per provincie is "
    "opgenomen en toegelicht.",
}
_CLOSING = ("Hoogachtend,", SENDER.removesuffix(" M. de Vries"), "", "M. de Vries")
_ADDRESSEE = (
    "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal", "Postbus 20018", "2500 EA Den Haag"
)
_STYLE = """
@page { size: A4; margin: 25mm 15mm 22mm 25mm; @bottom-right {
  content: 'Pagina ' counter(page) ' van ' counter(pages); font: 6.5pt 'Liberation Sans' } }
body { font: 9.5pt/13pt 'Liberation Serif'; margin: 0 }
.side { position: absolute; left: 128mm; top: 0; width: 42mm; font: 6.5pt/9pt 'Liberation Sans' }
.side p { margin: 0 0 9pt 0 } .side b { display: block }
.main { width: 118mm; text-align: justify; hyphens: auto }
.to { height: 20mm; margin: 12mm 0 8mm 0; text-align: left }
p, ul { margin: 0 0 13pt 0 } li p { margin: 0 }
h2 { font: bold 9.5pt/13pt 'Liberation Sans'; margin: 0 0 3pt 0 }
table { margin-bottom: 13pt; border-collapse: collapse } .f td { padding: 0 6mm 0 0 }
.t { width: 118mm } .t td { border: 0.5pt solid black; padding: 2pt 4pt; text-align: left }
sup { font-size: 6pt; line-height: 0 }
.fn { font: 7pt/9pt 'Liberation Serif'; border-top: 0.5pt solid; width: 80mm; text-align: left }
.fn p { margin: 0 }
"""


def _raised(text: str, before: str, after: str) -> str:
    """The text with its raised numbers between `before` and `after`."""
    parts = text.split("|")
    return "".join(f"{before}{part}{after}" if at % 2 else part for at, part in enumerate(parts))


def _html_blocks() -> str:
    shapes = {"paragraph": "<p>{}</p>", "heading": "<h2>{}</h2>", "list_item": "<li><p>{}</p></li>"}
    found = ""
    last = ""
    for kind, text in BLOCKS:
        if kind != last:
            found += {"list_item": "</ul>", "table_row": "</table>"}.get(last, "")
            found += {"list_item": "<ul>", "table_row": "<table class=t>"}.get(kind, "")
        last = kind
        if kind == "table_row":
            found += "<tr>" + "".join(f"<td>{cell}</td>" for cell in text.split("\t")) + "</tr>"
        elif kind != "closing":
            found += shapes[kind].format(_raised(text.removeprefix("• "), "<sup>", "</sup>"))
    return found + f"<p>{'<br>'.join(_CLOSING)}</p>"


def html() -> str:
    """The letter as HTML, its labels beside the text."""
    labels = list(FIELDS.items())
    side = "".join(f"<p><b>{label}</b>{value}</p>" for label, value in labels[:3])
    rows = "".join(f"<tr><td>{label}<td>{value}</tr>" for label, value in labels[3:])
    notes = "".join(f"<p><sup>{number}</sup> {text}</p>" for number, text in NOTES.items())
    return (
        f"<!doctype html><html lang=nl><meta charset=utf-8><title>Brief</title>"
        f"<style>{_STYLE}</style><div class=side><p><b>Directie Woningmarkt</b>Turfmarkt 147<br>"
        f"2511 DP Den Haag</p>{side}</div><div class=main><p class=to>{'<br>'.join(_ADDRESSEE)}</p>"
        f"<table class=f>{rows}</table>{_html_blocks()}<div class=fn>{notes}</div></div></html>"
    )


def groff() -> str:
    """The letter in troff's own requests: Type 1 fonts, words set one by one."""
    shown = [".ll 12c", ".po 2.5c", ".pl 29.7c", ".ps 10", ".vs 13", ".fam H", ".nh", ".ta 3c"]
    shown += [".de HD", "'sp 1.5c", "..", ".de FT", "'sp 1c", ".tl ''\\s7Pagina % van 2\\s0''"]
    shown += ["'bp", "..", ".wh 0 HD", ".wh -2.5c FT"]
    for line in _ADDRESSEE:
        shown += [line, ".br"]
    shown.append(".sp 2")
    for label, value in FIELDS.items():
        shown += [f"{label}\t{value}", ".br"]
    shown += [".sp 2", ".ta 5c 8c"]
    last = ""
    for kind, text in BLOCKS[:-1]:
        shown += [".sp"] * (kind not in ("list_item", "table_row") or kind != last)
        words = _raised(text, r"\s-4\v'-0.4m'", r"\v'0.4m'\s0")
        for sign, name in (("€", r"\[Eu]"), ("•", r"\(bu\h'0.3c'")):
            words = words.replace(f"{sign} " if sign == "•" else sign, name)
        before = {"heading": [".ne 4", ".ft B"], "list_item": [".in 0.5c", ".ti 0"]}
        shown += [*before.get(kind, []), words, ".br", ".in 0", ".ft R"]
        last = kind
    shown += [".sp", *(line for each in _CLOSING for line in (each or ".sp", ".br"))]
    shown += [".sp 3", r"\l'4c'", ".br", ".ps 7", ".vs 9", ".ll 10c"]
    for number, text in NOTES.items():
        shown += [rf"\s-2\v'-0.3m'{number}\v'0.3m'\s0 {text}", ".br"]
    return "\n".join(shown)


def _reportlab(path: Path) -> None:
    from reportlab.lib.colors import black
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

    text = ParagraphStyle("text", fontSize=10, leading=13, spaceAfter=10, alignment=4)
    plain = ParagraphStyle("plain", parent=text, alignment=0)
    heading = ParagraphStyle("heading", parent=plain, fontName="Helvetica-Bold", spaceAfter=3)
    item = ParagraphStyle("item", parent=plain, leftIndent=14, bulletIndent=2, spaceAfter=0)
    small = ParagraphStyle("small", parent=plain, fontSize=7, leading=9, spaceAfter=0)
    styles = {"paragraph": text, "heading": heading}
    rows = [block.split("\t") for kind, block in BLOCKS if kind == "table_row"]
    grid = [("GRID", (0, 0), (-1, -1), 0.4, black)]
    flow = [Paragraph("<br/>".join(_ADDRESSEE), plain)]
    flow.append(Table(list(FIELDS.items()), colWidths=[80, 250], hAlign="LEFT"))
    for kind, block in BLOCKS:
        words = _raised(block, "<super size=6>", "</super>")
        if kind == "list_item":
            flow.append(Paragraph(words.removeprefix("• "), item, bulletText="•"))
        elif kind in styles:
            flow += [Spacer(1, 10 * (kind == "heading")), Paragraph(words, styles[kind])]
        elif rows and kind == "table_row":
            flow.append(Table(rows, style=grid, hAlign="LEFT"))
            rows = []
    flow += [Paragraph("<br/>".join(_CLOSING), plain), HRFlowable(width=110, hAlign="LEFT")]
    flow += [Paragraph(f"<super size=5>{at}</super> {note}", small) for at, note in NOTES.items()]

    def foot(canvas, document):  # type: ignore[no-untyped-def]
        canvas.setFont("Helvetica", 7)
        canvas.drawString(72, 40, "Voortgang woningbouw")
        canvas.drawRightString(520, 40, f"Pagina {document.page} van 2")

    template = SimpleDocTemplate(str(path), pagesize=(595, 842), rightMargin=150, invariant=1)
    template.build(flow, onFirstPage=foot, onLaterPages=foot)


def make(folder: Path) -> None:
    """Write the letter as a PDF of each maker to `folder`."""
    from weasyprint import HTML

    def run(*command: str | Path) -> bytes:
        return subprocess.run(command, check=True, capture_output=True).stdout

    HTML(string=html()).write_pdf(folder / "weasyprint.pdf")
    _reportlab(folder / "reportlab.pdf")
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "letter"
        page = source.with_suffix(".html")
        page.write_text(html())
        printed = f"--print-to-pdf={folder / 'chromium.pdf'}"
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
        run("chromium", *options, f"--user-data-dir={name}/profile", printed, page.as_uri())
        source.write_text(groff())
        (folder / "groff.pdf").write_bytes(run("groff", "-k", "-Tpdf", source))
    for name, level in (("chromium", 1.7), ("groff", 1.3)):
        target = f"-sOutputFile={folder / f'ghostscript-{name}.pdf'}"
        options = ("-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", target)
        run("gs", *options, f"-dCompatibilityLevel={level}", folder / f"{name}.pdf")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="One letter as PDFs of several makers.")
    parser.add_argument("folder", type=Path)
    make(parser.parse_args().folder)
