"""The parts of a Word document by their relationships, its sections and its properties"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from ingest.archive import Archive, attribute, child, encrypted, local
from ingest.errors import UnreadableFile
from ingest.office.word_styles import is_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element


@dataclass(slots=True)
class Section:
    """What a section says of its pages.

    `head` is the part above its first page, `running` are the parts above and below all of them.
    """

    head: str | None = None
    running: list[str] = field(default_factory=list)
    notes: dict[str, list[_Element]] = field(default_factory=dict)


@dataclass(slots=True)
class Package:
    """The parts of a document by their relationships, read when they are asked for."""

    archive: Archive
    main: str
    related: dict[str, str] = field(default_factory=dict)
    by_kind: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def open(archive: Archive) -> Package:
        """The package in `archive`.

        Raises:
            UnreadableFile: it holds no Word document, or an encrypted one.
        """
        main = _main_part(archive)
        package = Package(archive, main)
        for identifier, kind, target in relationships(archive, main):
            package.related[identifier] = target
            package.by_kind.setdefault(kind, target)
        return package

    def part(self, kind: str) -> _Element | None:
        """The root of the part that the main part is related to as `kind` ("styles")."""
        name = self.by_kind.get(kind)
        return self.archive.optional_xml(name) if name else None


def relationships(archive: Archive, part: str) -> Iterator[tuple[str, str, str]]:
    """The (id, kind, part) of all that `part` ("" for the whole) refers to inside the container."""
    folder, name = posixpath.split(part)
    root = archive.optional_xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    for one in root if root is not None else ():
        if one.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, one.get("Target") or ""))
        yield one.get("Id") or "", (one.get("Type") or "").rpartition("/")[2], target.lstrip("/")


def _main_part(archive: Archive) -> str:
    if "EncryptedPackage" in archive.names:
        raise encrypted()
    for _, kind, target in relationships(archive, ""):
        if kind == "officeDocument" and target in archive.names:
            return target
    if "word/document.xml" in archive.names:
        return "word/document.xml"
    raise UnreadableFile(
        "it is a ZIP archive but no Word document", "supply the letter itself, not an archive of it"
    )


def read_section(element: _Element, settings: _Element | None, package: Package) -> Section:
    """The section whose properties are `element`; the settings hold for what it leaves open."""
    section = Section()
    kinds = ["first", "default"] if is_on(child(element, "titlePg")) else ["default"]
    kinds += ["even"] if is_on(child(settings, "evenAndOddHeaders")) else []
    for name, kind in product(("headerReference", "footerReference"), kinds):
        for one in element:
            part = package.related.get(attribute(one, "id") or "")
            if local(one) == name and attribute(one, "type") == kind and part:
                section.running.append(part)
                if name == "headerReference" and kind == kinds[0]:
                    section.head = part
    for kind in ("footnote", "endnote"):
        own = (child(element, f"{kind}Pr"), child(settings, f"{kind}Pr"))
        section.notes[kind] = [holder for holder in own if holder is not None]
    return section


def properties_of(archive: Archive, package: Package) -> dict[str, str]:
    """The core properties by their Dublin Core names, and the custom ones by their own."""
    found: dict[str, str] = {}
    targets = {kind: target for _, kind, target in relationships(archive, "")}
    custom = targets.get("custom-properties")
    root = archive.optional_xml(custom) if custom else None
    for one in root if root is not None else ():
        text = "".join(str(part) for part in one.itertext()).strip()
        if one.get("name") and text:
            found[str(one.get("name")).lower()] = text
    core = targets.get("core-properties", "docProps/core.xml")
    root = archive.optional_xml(core)
    for one in root if root is not None else ():
        if one.text and one.text.strip():
            found[local(one).lower()] = one.text.strip()
    return found
