"""A folder of everything that can be wrong with files of letters, amid a few good letters"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from tests.bad_file import READ, BadFile
from tests.bad_office import bad_office
from tests.bad_pdfs import bad_pdfs
from tests.bad_texts import bad_texts
from tests.conftest import write_letter

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "goed-1.txt": "Het drinkwater wordt in 2026 onderzocht op bestrijdingsmiddelen.",
    "map.pdf/goed-2.txt": "De wolven op de Veluwe worden elk voorjaar door de provincie geteld.",
    "zz-goed-3.txt": "De bodem onder speelplaatsen wordt gesaneerd als er lood in zit.",
}
# Letters are read whatever the names of their files; what is shown of those is without controls.
ODD_NAMES = (
    "brief\nop twee regels.txt",
    "brief\r\x1b[2J\x1b]0;titel\x07.txt",
    "\u202etxt.feirb.txt",
    "\u2028brief\x85.txt",
    "[bold]brief[red].txt",
    " brief .txt",
    "-rf.txt",
    "b" * 251 + ".txt",
    "n\u0303andu\u0301.txt",
)
# Linux stores any bytes as a name; this one is no text in UTF-8, and shown with the bytes escaped.
NOT_UTF_8, SHOWN_AS = os.fsdecode(b"brief-\xff\xfe.txt"), "brief-\\xff\\xfe.txt"


def bad_files(*, slow: bool = False) -> list[BadFile]:
    """Every bad file, or with `slow` those that take long."""
    made = [*bad_texts(), *bad_office(), *bad_pdfs()]
    return [one for one in made if one.slow == slow]


def write_good_letters(folder: Path) -> None:
    """Three letters that must be indexed whatever lies beside them."""
    for number, (name, text) in enumerate(GOOD.items(), start=1):
        path = folder / name
        write_letter(path.parent, path.name, text, kenmerk=f"IENW/BSK-2025/20000{number}")


def write_odd_names(folder: Path) -> None:
    """Good letters under names that few programs expect."""
    for number, name in enumerate(ODD_NAMES):
        write_letter(folder, name, f"De gemeente schrijft brief nummer {number} over het water.")


def write_no_files(folder: Path) -> dict[str, str]:
    """What has the name of a letter and is no file that can be read; by name, what is said of it.

    Opening a pipe that nobody writes to would wait for ever.
    """
    os.mkfifo(folder / "pijp.pdf")
    os.mknod(folder / "stopcontact.txt", stat.S_IFSOCK | 0o600)
    (folder / "hangend.docx").symlink_to("nergens.docx")
    (folder / "om-zichzelf.odt").symlink_to("om-zichzelf.odt")
    (folder / "apparaat.html").symlink_to("/dev/zero")
    (folder / "onder").mkdir()
    (folder / "onder" / "terug").symlink_to("..", target_is_directory=True)
    found = {
        "pijp.pdf": "no file", "stopcontact.txt": "no file", "hangend.docx": "link",
        "om-zichzelf.odt": "link", "apparaat.html": "no file",
    }
    if os.geteuid() != 0:
        closed = folder / "gesloten.txt"
        closed.write_text("Deze brief is dicht.")
        closed.chmod(0)
        found["gesloten.txt"] = "cannot be opened"
    return found


def write_folder(folder: Path) -> dict[str, str]:
    """All that takes little time, and the good letters; by name of each bad file, what it gives."""
    write_good_letters(folder)
    write_odd_names(folder / "namen")
    write_letter(folder, NOT_UTF_8, "De gemeente schrijft over het water.")
    expected = write_no_files(folder)
    for one in bad_files():
        one.write(folder)
        if one.gives != READ:
            expected[one.name] = one.gives
    return expected
