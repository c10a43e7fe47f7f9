from __future__ import annotations

import pytest

from service import addresses
from service.addresses import find_quotation, letter_address, quotation_address, quotation_key

_TEXT = "Wij doen dit.\nDe Kamer wordt eind 2026\ngeïnformeerd. Wij doen dit."


def test_a_quotation_is_found_where_it_stood() -> None:
    """Of the same words twice in a letter, the address leads to the ones that were quoted."""
    for start in (0, _TEXT.rindex("Wij")):
        key = quotation_key("Wij doen dit.", start)
        assert find_quotation(_TEXT, key) == (start, start + len("Wij doen dit."))


def test_a_quotation_is_found_after_the_text_has_shifted() -> None:
    """A mailed address holds when the letter is read anew with other white space and more text."""
    words = "De Kamer wordt eind 2026\ngeïnformeerd."
    key = quotation_key(words, _TEXT.index(words))
    anew = "Een kop die eerst ontbrak.\n\n" + _TEXT.replace("2026\n", "2026 ")
    found = find_quotation(anew, key)
    assert found is not None
    assert anew[slice(*found)] == words.replace("\n", " ")


def test_words_that_changed_are_not_found() -> None:
    """An address whose words are gone leads to no other words, and neither does a made-up one."""
    key = quotation_key("De Kamer wordt eind 2026\ngeïnformeerd.", 14)
    assert find_quotation(_TEXT.replace("2026", "2027"), key) is None
    for made_up in ("", "14", "14-0-e3b0c44298fc", "x-1-e3b0c44298fc", "0-999999-e3b0c44298fc"):
        assert find_quotation(_TEXT, made_up) is None


def test_addresses_hold_any_letter_id() -> None:
    """An id with a slash or a space stays one part of the path."""
    assert letter_address("a/b c", 3) == "/brieven/a%2Fb%20c/blz/3"
    assert quotation_address("brief", "Wij doen dit.", 7).startswith("/brieven/brief/citaat/7-11-")


def test_a_quotation_may_begin_inside_a_word() -> None:
    """What was quoted is found where it stood, also where reading glued it to what is before."""
    text = "Het beleid1Daarom doen wij dit. Wij doen dit."
    words = "Daarom doen wij dit."
    start = text.index(words)
    assert find_quotation(text, quotation_key(words, start)) == (start, start + len(words))


def test_a_quotation_that_stands_where_it_stood_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a letter that is as it was, nothing but the words themselves is looked at."""
    text, compared = f"{_TEXT} {'Wij doen dit. ' * 1000}{_TEXT}", []
    start = text.rindex("De Kamer")
    key = quotation_key("De Kamer", start)
    digest = addresses._digest
    monkeypatch.setattr(addresses, "_digest", lambda bare: compared.append(bare) or digest(bare))
    monkeypatch.setattr(addresses, "_starts", lambda *_: pytest.fail("the whole letter"))
    assert find_quotation(text, key) == (start, start + len("De Kamer"))
    assert compared == ["DeKamer"]


def test_a_made_up_address_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a letter, and whatever an address claims, only so much of it is compared."""
    compared = []

    def digest(bare: str) -> str:
        compared.append(len(bare))
        return ""

    monkeypatch.setattr(addresses, "_digest", digest)
    monkeypatch.setattr(addresses, "_MOST_HASHED", 5000)
    for length in (1, 700, 5000, 9000):
        compared.clear()
        assert find_quotation("een twee drie " * 1000, f"0-{length}-0123456789ab") is None
        assert sum(compared) <= 5000
