"""The system with parts of retrieval left out, to measure what each contributes.

```sh
for variant in words compounds abbreviations lexical dense fusion neighbours; do
    briefwijzer eval --variant $variant --out $variant.json
done
briefwijzer eval --out all.json
briefwijzer eval --compare words.json compounds.json abbreviations.json lexical.json dense.json \
    fusion.json neighbours.json all.json
```
"""

from __future__ import annotations

from dataclasses import replace

from index.retrieval import RETRIEVAL

_FIRST = replace(RETRIEVAL, reranking=False)
_LEXICAL = replace(_FIRST, meaning=False, neighbour=0.0)
_WORDS = replace(
    _LEXICAL, compounds=False, abbreviations=False, thesaurus=False, corrections=False
)

# Each step adds to the one before, up to the whole lexical side; then the others.
VARIANTS = {
    "words": _WORDS,
    "compounds": replace(_WORDS, compounds=True),
    "abbreviations": replace(_WORDS, compounds=True, abbreviations=True),
    "lexical": _LEXICAL,
    "dense": replace(_FIRST, lexical=0.0, neighbour=0.0),
    "fusion": replace(_FIRST, neighbour=0.0),
    "neighbours": _FIRST,
    "all": RETRIEVAL,
}
