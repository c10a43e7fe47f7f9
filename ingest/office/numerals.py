"""Numbers and bullets of lists, headings and notes, in the forms that word processors show"""

from __future__ import annotations

# The characters of the symbol fonts (Symbol, Wingdings) that letters have, by their code there.
_SYMBOL = {
    0xB7: "•", 0xA7: "▪", 0xA8: "◆", 0x2D: "−", 0xAE: "→", 0xAC: "←", 0xB3: "≥", 0xA3: "≤",
    0xB1: "±", 0xB4: "×", 0xB9: "≠", 0xBB: "≈", 0xB0: "°", 0xA5: "∞", 0xE5: "∑", 0xD6: "√",
}  # fmt: skip
_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_WINGDINGS = {
    0xA7: "▪", 0xD8: "➢", 0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐",
    0x71: "☐", 0x78: "☒", 0x6E: "■", 0x6C: "●", 0x9F: "•", 0x9E: "·", 0xE0: "→", 0xDF: "←",
    0xE8: "➔", 0xF0: "⇨", 0x76: "❖", 0x77: "◆", 0x75: "◆", 0xA1: "○", 0x28: "☎", 0x2A: "✉",
    0xB2: "◇", 0x4A: "☺",
}  # fmt: skip
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHICAGO = "*†‡§"
_MOST_LETTERS, _LARGEST_ROMAN = 26 * 20, 3999
_PRIVATE = range(0xF000, 0xF100)


def symbol(code: int, font: str) -> str:
    """The character that a symbol font shows for `code`; "" for one that has no counterpart."""
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return ""
    byte = code & 0xFF if code in _PRIVATE else code
    if byte > 0xFF:
        return chr(code)
    if "wingdings" in font.lower():
        return _WINGDINGS.get(byte, "")
    if code in _PRIVATE or font.lower() == "symbol":
        return _SYMBOL.get(byte) or _greek(byte) or _WINGDINGS.get(byte, "")
    return chr(code)


def _greek(byte: int) -> str:
    if 0x41 <= byte <= 0x5A:
        return _GREEK[byte - 0x41]
    if 0x61 <= byte <= 0x7A:
        return _GREEK[byte - 0x61].lower() if byte != 0x76 else "ϖ"
    return chr(byte) if 0x20 < byte < 0x40 else ""


def bullet(text: str, font: str) -> str:
    """A list's bullet as it is shown; one in a symbol font becomes its counterpart."""
    shown = "".join(symbol(ord(one), font) for one in text.strip())
    return shown or ("•" if text.strip() else "")


def _letters(number: int) -> str:
    """a … z, aa, bb, …, as word processors go on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    parts = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def numeral(number: int, form: str) -> str:
    """`number` in a form of OOXML ("lowerRoman") or OpenDocument ("i"); decimal where unknown."""
    if form == "none" or not form:
        return ""
    if form in ("lowerLetter", "upperLetter", "a", "A") and 0 < number <= _MOST_LETTERS:
        letters = _letters(number)
        return letters.upper() if form in ("upperLetter", "A") else letters
    if form in ("lowerRoman", "upperRoman", "i", "I") and 0 < number <= _LARGEST_ROMAN:
        roman = _roman(number)
        return roman.upper() if form in ("upperRoman", "I") else roman
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "ordinal":
        return f"{number}e"
    if form == "chicago" and 0 < number <= len(_CHICAGO) * 10:
        return _CHICAGO[(number - 1) % 4] * ((number - 1) // 4 + 1)
    return str(number)
