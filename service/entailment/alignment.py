"""Which word of a sentence each word of a claim is: the longest common runs first

Greedy string tiling (Wise 1993, "String Similarity via Greedy String Tiling"), so that words keep
their company where a claim puts the parts of a sentence in another order.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.entailment.operators import AUXILIARIES, TITLES
from service.entailment.verbs import verb_stems
from service.entailment.words import Word, is_amount

# Words that may stand in many places: they are taken with their neighbours only.
_LIGHT = frozenset({"determiner", "preposition", "conjunction", "auxiliary", "particle"})


@dataclass(slots=True)
class Alignment:
    """`to[i]` is the word of the sentence that word `i` of the claim is, or None; `back` the other
    way round. Both are without punctuation."""

    claim: Sequence[Word]
    sentence: Sequence[Word]
    to: list[int | None] = field(default_factory=list)
    back: list[int | None] = field(default_factory=list)

    def pair(self, of_claim: int, of_sentence: int) -> None:
        """Make two words one."""
        self.to[of_claim], self.back[of_sentence] = of_sentence, of_claim


def _adjective(folded: str) -> frozenset[str]:
    """The forms without an inflectional -e that a folded word may be of."""
    if not folded.endswith("e") or len(folded) < 5:
        return frozenset({folded})
    bare = folded[:-1]
    found = {folded, bare}
    if bare[-1] == bare[-2]:
        found.add(bare[:-1])
    elif bare[-2] in "aeou" and bare[-3] not in "aeiou":
        found.add(f"{bare[:-1]}{bare[-2]}{bare[-1]}")
    found |= {form[:-1] + {"v": "f", "z": "s"}[form[-1]] for form in found if form[-1] in "vz"}
    return frozenset(found)


def is_nominal(words: Sequence[Word], at: int) -> bool:
    """Whether what stands before a word shows that it is no verb."""
    if not at:
        return False
    before = words[at - 1]
    if at == 1 and before.folded in {"dit", "dat"} and words[at].folded in {"doe", "doet", "doen"}:
        return False
    if before.kind in {"determiner", "preposition"} or is_amount(before):
        return before.folded != "te"
    is_attribute = before.folded.endswith("e") and not before.folded.endswith("ie")
    return before.kind == "word" and is_attribute and len(before.folded) > 4 and not before.capital


def _same_name(one: Word, other: Word) -> bool:
    """Whether neither is a name and the other none."""
    if one.capital == other.capital or one.first or other.first:
        return True
    return one.folded in TITLES or any(key.startswith("=") for key in one.keys & other.keys)


def same(claim: Sequence[Word], i: int, sentence: Sequence[Word], j: int) -> bool:
    """Whether two words are the same, inflection of verbs and adjectives aside."""
    one, other = claim[i], sentence[j]
    if one.keys & other.keys:
        follows_name = i > 0 and j > 0 and (claim[i - 1].capital or sentence[j - 1].capital)
        return follows_name or _same_name(one, other)
    if one.kind == other.kind == "auxiliary":
        return AUXILIARIES.get(one.folded) == AUXILIARIES.get(other.folded)
    if one.kind != "word" or other.kind != "word" or (one.capital and not one.first):
        return False
    if len(one.folded) > 3 and _adjective(one.folded) & _adjective(other.folded):
        return not (other.capital and not other.first)
    if is_nominal(claim, i) or is_nominal(sentence, j) or (other.capital and not other.first):
        return False
    return bool(verb_stems(one.folded) & verb_stems(other.folded))


def align(claim: Sequence[Word], sentence: Sequence[Word]) -> Alignment:
    """The alignment of two sequences of words, in time proportional to their product."""
    found = Alignment(claim, sentence, [None] * len(claim), [None] * len(sentence))
    runs = _runs(claim, sentence)
    heap = [(-length, abs(i - j), i, j) for (i, j), length in runs.items()]
    heapq.heapify(heap)
    while heap:
        negative, away, i, j = heapq.heappop(heap)
        length = 0
        while length < -negative and found.to[i + length] is found.back[j + length] is None:
            length += 1
        if length < -negative:
            rest = -negative - length - 1
            if rest:
                heapq.heappush(heap, (-rest, away, i + length + 1, j + length + 1))
            if length:
                heapq.heappush(heap, (-length, away, i, j))
            continue
        if length == 1:
            continue
        for step in range(length):
            found.pair(i + step, j + step)
    _single(found)
    return found


def _runs(claim: Sequence[Word], sentence: Sequence[Word]) -> dict[tuple[int, int], int]:
    """The longest run from each pair of equal words that no run goes before."""
    lengths: dict[tuple[int, int], int] = {}
    for i in range(len(claim) - 1, -1, -1):
        for j in range(len(sentence) - 1, -1, -1):
            if same(claim, i, sentence, j):
                lengths[i, j] = lengths.get((i + 1, j + 1), 0) + 1
    return {(i, j): length for (i, j), length in lengths.items() if (i - 1, j - 1) not in lengths}


def _single(found: Alignment) -> None:
    """Pair what stands alone: content words nearest to their neighbours, then light words with
    what they belong to."""
    claim, sentence = found.claim, found.sentence
    for light in (False, True):
        for i, word in enumerate(claim):
            if found.to[i] is not None or (word.kind in _LIGHT) != light:
                continue
            near = _neighbour(found, i, behind=light)
            free = [
                j for j in range(len(sentence))
                if found.back[j] is None and same(claim, i, sentence, j) and (
                    not light or near is None
                    or _belongs(found, j, near, is_part=word.kind == "particle")
                    or (_is_alone(claim, i) and _is_alone(sentence, j))
                )
            ]
            if free:
                found.pair(i, min(free, key=lambda j: abs(j - near) if near is not None else j))


def _is_alone(words: Sequence[Word], at: int) -> bool:
    """Whether it is "het" without a noun."""
    if words[at].folded != "het":
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    return following is None or following.kind in {"auxiliary", "preposition", "determiner"}


def _belongs(found: Alignment, light: int, near: int, *, is_part: bool) -> bool:
    """Whether only words left out stand between a light word and its neighbour."""
    if found.sentence[light].kind in {"auxiliary", "particle", "conjunction"} or is_part:
        return True
    return light < near and all(found.back[j] is None for j in range(light + 1, near))


def _neighbour(found: Alignment, i: int, *, behind: bool) -> int | None:
    ways = (range(i + 1, len(found.to)), range(i - 1, -1, -1))
    for way in ways if behind else ways[::-1]:
        for at in way:
            if (place := found.to[at]) is not None:
                return place
    return None
