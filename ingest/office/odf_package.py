"""The heads and feet of an OpenDocument text, its properties, and whether it is encrypted"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.archive import Archive, attribute, child, encrypted, local

if TYPE_CHECKING:
    from lxml.etree import _Element

    from ingest.office.odf_styles import OdfStyles

_HEADS = ("header-first", "header")
_RUNNING = (*_HEADS, "header-left", "footer-first", "footer", "footer-left")
_NOT_SHOWN = frozenset({"tracked-changes", "sequence-decls", "variable-decls", "forms"})
_NOT_SAID = frozenset({"generator", "editing-cycles", "editing-duration", "document-statistic"})
_NAMES = {"creation-date": "created", "date": "modified", "initial-creator": "author"}


def check_encryption(archive: Archive) -> None:
    """Refuse a document that needs a password.

    Raises:
        UnreadableFile: it is encrypted.
    """
    if "encrypted-package" in archive.names:
        raise encrypted()
    manifest = archive.optional_xml("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise encrypted()


def _first_page_style(body: _Element, styles: OdfStyles) -> str:
    shown = (block for block in body if local(block) not in _NOT_SHOWN)
    first = next((one for block in shown for one in block.iter("{*}p", "{*}h")), None)
    return styles.own("paragraph", attribute(first, "style-name"), "master-page-name") or "Standard"


def heads_and_feet(
    named: _Element | None, body: _Element, styles: OdfStyles
) -> tuple[_Element | None, list[_Element]]:
    """The head above the text of page one, and all heads and feet besides.

    `named` is the root of styles.xml, `styles` are those of the text in `body`.
    """
    first = _first_page_style(body, styles)
    found = child(named, "master-styles")
    masters = [one for one in found if local(one) == "master-page"] if found is not None else []
    masters.sort(key=lambda one: attribute(one, "name") != first)
    head: _Element | None = None
    running: list[_Element] = []
    for master in masters:
        shown = {
            local(one): one for one in master if attribute(one, "display") in (None, "true")
        }
        if master is masters[0]:
            head = next((shown.pop(name) for name in _HEADS if name in shown), None)
        running += [shown[name] for name in _RUNNING if name in shown]
    return head, running


def properties_of(archive: Archive) -> dict[str, str]:
    """What meta.xml says, by Dublin Core names; the document's own properties by theirs."""
    found: dict[str, str] = {}
    keywords: list[str] = []
    meta = child(archive.optional_xml("meta.xml"), "meta")
    for one in meta if meta is not None else ():
        text = (one.text or "").strip()
        name = local(one)
        if not text:
            continue
        if name == "user-defined":
            found[(attribute(one, "name") or "").lower()] = text
        elif name == "keyword":
            keywords.append(text)
        elif name not in _NOT_SAID:
            found[_NAMES.get(name, name)] = text
    if keywords:
        found["keywords"] = ", ".join(keywords)
    return found
