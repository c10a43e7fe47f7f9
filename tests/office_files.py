"""Word and OpenDocument files written part by part, so that a test shows the XML that it is of."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NAMES = (
    f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMES = " ".join(
    f'xmlns:{short}="{_ODF}:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("meta", "meta"),
        ("manifest", "manifest"),
    )
)


def run(text: str, properties: str = "") -> str:
    """A run of `text`; `properties` is XML such as "<w:b/>"."""
    shown = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{shown}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; plain words are made one."""
    own = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = "".join(one if one.startswith("<") else run(one) for one in content)
    return f"<w:p><w:pPr>{own}{properties}</w:pPr>{runs}</w:p>"


def complex_field(instruction: str, result: str) -> str:
    """A field in the form that goes over several runs."""
    kinds = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate")]
    code = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return f"{kinds[0]}{code}{kinds[1]}{result}{end}"


def write_docx(path: Path, body: str, **parts: str) -> Path:
    """A Word document of `body`; `parts` are the insides of styles, footnotes, header1, …"""
    kinds = {name: name.rstrip("0123456789") for name in parts}
    roots = {"styles": "styles", "header": "hdr", "footer": "ftr", "settings": "settings"}
    links = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kinds[name]}" Target="{name}.xml"/>'
        for name in parts
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="a"'
            f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        file.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        )
        file.writestr(
            "word/document.xml", f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>"
        )
        for name, content in parts.items():
            root = roots.get(kinds[name], kinds[name])
            file.writestr(f"word/{name}.xml", f"<w:{root} {_NAMES}>{content}</w:{root}>")
    return path


def write_odt(path: Path, body: str, automatic: str = "", named: str = "") -> Path:
    """An OpenDocument text of `body`, with its automatic and its named styles."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED
        )
        file.writestr("META-INF/manifest.xml", f"<manifest:manifest {_ODF_NAMES}/>")
        file.writestr(
            "content.xml",
            f"<office:document-content {_ODF_NAMES}>"
            f"<office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        file.writestr(
            "styles.xml",
            f"<office:document-styles {_ODF_NAMES}>{named}</office:document-styles>",
        )
    return path
