"""Claims about the gold evidence that were written by hand, true and false"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from eval.claim_making import Claim, behind, in_text
from eval.given import Given
from eval.matching import holds

FOLDER = Path(__file__).parent / "claims"


class ClaimsError(ValueError):
    """A folder of claims that cannot be used; the message names file, line and fault."""


@dataclass(frozen=True, slots=True)
class HandClaim:
    """A sentence and the quotations that a model would put behind it.

    `question` is the id of the gold question that it answers, `letter` the stem of the letter's
    file. Where the quotation is `shown`, the sentence holds it, and only the key is behind it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    id: str
    question: str
    letter: str
    quotes: tuple[str, ...]
    sentence: str
    shown: bool
    truth: bool
    kind: str

    def written(self, passages: Sequence[Given]) -> Claim | None:
        """The claim as it is written to `passages`; None where a quotation was not given."""
        keys = [
            next((one.key for one in passages if holds(one.text, quote)), None)
            for quote in self.quotes
        ]
        cited = [(key, quote) for key, quote in zip(keys, self.quotes, strict=True) if key]
        if len(cited) < len(self.quotes):
            return None
        kind = f"by hand: {self.kind}"
        if self.shown:
            return in_text(kind, self.truth, self.sentence, cited[0][0])
        return behind(kind, self.truth, self.sentence, *cited)


_CLAIM = TypeAdapter(HandClaim)


def load_claims(folder: Path = FOLDER) -> list[HandClaim]:
    """Every claim in `folder/*.jsonl`, in order.

    Raises ClaimsError when the folder holds none, a line is no claim, or an id comes twice.
    """
    claims: dict[str, HandClaim] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                claim = _CLAIM.validate_json(line)
            except ValidationError as error:
                fault = error.errors(include_url=False)[0]
                where = ".".join(map(str, fault["loc"]))
                raise ClaimsError(f"{path}:{number}: {where}: {fault['msg']}") from error
            if claim.id in claims:
                raise ClaimsError(f"{path}:{number}: id {claim.id!r} is used twice")
            claims[claim.id] = claim
    if not claims:
        raise ClaimsError(f"{folder}: no claims here (expected *.jsonl)")
    return list(claims.values())
