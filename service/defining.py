"""Questions for what something is, and sentences that say so: "Exposoomonderzoek is een …"."""

from __future__ import annotations

import re

from index.analyser import fold

_ARTICLE = r"(?:(?:de|het|een|the|an?) )?"
_TERM = r"(?P<term>[^\s,?.!:;]+(?: [^\s,?.!:;]+){0,2})"
_FILLER = re.compile(r" (?:eigenlijk|precies|nou|nu|dan|toch)\b")
_ASKED = tuple(
    re.compile(rf"^\W*{pattern}\W*$")
    for pattern in (
        rf"wat (?:is|zijn) {_ARTICLE}{_TERM}",
        rf"wat houdt {_ARTICLE}{_TERM} in",
        rf"wat (?:wordt|is|bedoelt men|verstaat men) (?:er )?(?:bedoeld |verstaan )?(?:met|onder)"
        rf" {_ARTICLE}{_TERM}",
        rf"wat betekent {_ARTICLE}{_TERM}",
        rf"(?:leg uit|kunt u uitleggen) wat {_ARTICLE}{_TERM} (?:is|inhoudt)",
    )
)
# "Exposoomonderzoek is een …", and not "is nodig" or "is van belang".
_SAYS = (
    r"(?:is (?:een|het|de|dat|wat|iets)\b|zijn (?:de|alle|\w+en)\b|(?:betreft|betekent|omvat"
    r"|houdt|beschrijft|staat voor|bestaat uit) )"
)


def asked_what(text: str) -> str | None:
    """The thing that a question asks to be told what it is, folded; None where it asks else."""
    folded = _FILLER.sub("", " ".join(fold(text).split()))
    for pattern in _ASKED:
        if found := pattern.match(folded):
            return found["term"]
    return None


def defines(term: str, text: str) -> bool:
    """Whether a sentence begins by saying what `term` is."""
    name = re.escape(term)
    return re.match(
        rf"\W*(?:{_ARTICLE}{name}(?: \([^)]*\))? {_SAYS}"
        rf"|(?:met|onder) {_ARTICLE}{name} (?:wordt|worden|verstaan|verstaat|bedoelen|bedoelt)\b)",
        " ".join(fold(text).split()),
    ) is not None
