"""Personal data in a text, masked before it is stored, logged or sent to a language model"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.personal_names import names_introduced, without_names
from service.personal_numbers import without_numbers

E_MAIL, ADDRESS = "[e-mail]", "[adres]"

_EMAIL = re.compile(
    r"(?<![\w.+%'’-])[\w.+%'’-]++(?:[@＠]|[ ]?[\[(](?:at|apenstaartje)[\])][ ]?)"
    r"(?:[\w-]++(?:\.|[ ]?[\[(](?:dot|punt)[\])][ ]?))+[\w-]*[^\W\d_]",
    re.IGNORECASE,
)
_HOUSE_NUMBER = (
    r"\d{1,5}(?:[ ]?[-/][ ]?(?:\d{1,4}|[IVX]{1,4}|[A-Za-z])|[ ]?(?:bis|hs|huis|boven|[IVX]{2,4})"
    r"|[ ]?[A-Z]|[a-z])?"
    r"(?:-\d{1,3})?(?![\w]|[.,/-]\d|%)"
)
_NUMBER_WORD = r"(?:huis(?:nummer|nr)\.?|nummer|nr\.?|no\.?)"
# The letters of a postcode are small only where nothing stands between: "in 2025 en 14 andere".
_POSTCODE = r"(?:[1-9]\d{3}[ \u00a0]?[A-Z]{2}|[1-9]\d{3}[a-z]{2})"
# Neither a year nor an amount before a unit: "in 2030 EU 55", "3000 MW 12".
_NO_AMOUNT = (
    r"(?!(?:(?:19|20)\d\d|\d{3}0)"
    r" (?:EU|VN|UK|US|VS|TK|EK|NJ|AB|JB|MW|GW|KW|PJ|TJ|KG|KM|HA|GT|KB|MB|GB|TB)\b)"
)
_NO_BOX = r"(?!(?i:postbus|antwoordnummer|postadres))"
_STREET = (
    rf"(?:['’][st][ -])?(?:{_NO_BOX}[A-ZÀ-Þ][\w.'’-]{{0,40}} "
    r"(?:(?:van|de|den|der|het|ten|ter|op|aan|la) ){0,3}){0,3}"
    rf"{_NO_BOX}[A-ZÀ-Þ0-9][\w.'’-]{{1,40}}"
)
_POST_BOX = r"(?i:postbus|antwoordnummer|p\.?[ ]?o\.?[ ]?box)"
_PARTS = r"(?<![\w/-])"
_ADDRESS = re.compile(
    rf"{_PARTS}(?P<box>{_POST_BOX}[ ]?\d{{1,6}}[ ,\n|-]{{1,4}}{_POSTCODE}\b)"
    # A street and its number, the postcode behind them or on the next line.
    rf"|{_PARTS}(?:{_STREET} {_HOUSE_NUMBER}(?:,|[ ]?[|·-])?[ \t]{{0,3}}\n?[ \t]{{0,3}})"
    rf"(?:(?i:postcode)[: ]{{1,2}})?{_NO_AMOUNT}{_POSTCODE}(?!\w)"
    rf"(?:[, ]{{1,3}}(?:{_NUMBER_WORD}[ :]{{0,2}})?{_HOUSE_NUMBER}(?!\w))?"
    # A postcode and the number of the house.
    rf"|{_PARTS}{_NO_AMOUNT}{_POSTCODE}(?!\w)"
    rf"(?:[ ]?[,/-]?[ ]?(?:(?i:en |and )?{_NUMBER_WORD}[ :]{{0,2}})?){_HOUSE_NUMBER}"
    # "Huisnummer 14, postcode 2511 AB".
    rf"|{_PARTS}(?i:huis(?:nummer|nr)\.?)[ :]{{1,2}}{_HOUSE_NUMBER}[, ]{{1,3}}"
    rf"(?i:(?:en |in )?postcode[ :]{{1,2}})?{_POSTCODE}(?!\w)"
)
# Where somebody says to live, a street and a number are enough.
_LIVES_AT = re.compile(
    r"(?P<label>\b(?:woon(?:t|achtig)?|wonende?|adres(?: is)?|i live at|address(?: is)?)"
    r"(?: wij| ik| nu| zelf)?(?: ?: ?| (?:op|aan|in|te|is|at|on) | )(?:(?:de|het) )?)"
    r"(?P<address>(?:[^\W\d_][\w.'’-]{0,40} ){0,3}?[^\W\d_][\w.'’-]{0,40}"
    r"(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad|steeg|dreef|plantsoen|markt|wal"
    r"|baan|park|ring|burg|horst|erf|kamp|akker|veld|street|road|avenue|str\.)"
    rf" {_HOUSE_NUMBER}(?!\w))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\[(?:BSN|e-mail|telefoonnummer|IBAN|adres|naam)\]")
_REPEATED = re.compile(r"(\[naam\])(?:[ ,]{1,2}\[naam\])+")
# What is masked may show what stood in its shadow, but not without end.
_MOST_PASSES = 6


def masked(text: str, names: Sequence[str] = ()) -> str:
    """`text` with what tells who somebody is replaced by what it was: `[BSN]`, `[e-mail]`,
    `[telefoonnummer]`, `[IBAN]`, `[adres]`, `[naam]`.

    `names` are of persons known to be meant: they are masked wherever they stand, as is who
    introduces himself. Kenmerken, numbers of documents, amounts, dates and post boxes stay. What is
    masked already stays as it is.
    """
    known = [*names, *names_introduced(text)]
    for _ in range(_MOST_PASSES):
        before, text = text, _once(text, known)
        if text == before:
            break
    return text


def _once(text: str, names: Sequence[str]) -> str:
    text = _EMAIL.sub(E_MAIL, text)
    text = _ADDRESS.sub(lambda found: found[0] if found["box"] else ADDRESS, text)
    text = _LIVES_AT.sub(lambda found: found["label"] + ADDRESS, text)
    text = without_numbers(text)
    return _REPEATED.sub(r"\1", _between(text, names))


def _between(text: str, names: Sequence[str]) -> str:
    """`text` without `names`, but for those that are the words of what is masked."""
    kept: list[str] = []
    done = 0
    for found in _PLACEHOLDER.finditer(text):
        kept += [without_names(text[done : found.start()], names), found[0]]
        done = found.end()
    return "".join([*kept, without_names(text[done:], names)])
