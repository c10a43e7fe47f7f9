"""Which parts of retrieval take part, and what they count for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The default is the system; the rest serves to measure what each part contributes.

    `lexical` counts beside 1 for meaning, `neighbour` beside 1 for the passage itself; both were
    chosen on the tuning questions (docs/adr/0008). Without `meaning` the lexical index alone
    decides, with `lexical` 0 the embedding model alone. The others are what a question's words are
    looked up by besides their own form: parts of compounds, abbreviations and their long forms,
    everyday and official or English words, and corrected typing errors. `reranking` is the second
    order of the best, by how well their sentences answer (`service.evidence`).
    """

    lexical: float = 0.2
    neighbour: float = 0.2
    meaning: bool = True
    compounds: bool = True
    abbreviations: bool = True
    thesaurus: bool = True
    corrections: bool = True
    reranking: bool = True


RETRIEVAL = Retrieval()
