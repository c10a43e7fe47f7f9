"""Made-up personal data, written in the ways in which people write it; of nobody"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BANKS = ("ABNA", "INGB", "RABO", "TRIO", "SNSB")
# Area codes of two and of three digits behind the nought, and so many digits behind those.
_AREAS = ("10", "20", "30", "40", "50", "70", "15", "23", "26", "38", "43", "58", "71", "76", "79")
_SMALL_AREAS = ("113", "182", "222", "294", "320", "343", "413", "492", "512", "575")
_STREETS = (
    "Dorpsstraat", "Lange Voorhout", "Laan van Meerdervoort", "Burgemeester Jansenlaan",
    "Ds. Kuyperweg",
    "'s-Gravendijkwal", "Plein 1813", "Jan van Galenstraat", "Oude Haven", "De Ruyterkade",
)
_LETTERS = "ABCDEGHJKLMNPRSTVWXZ"


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def bsn(random: Random) -> str:
    """Nine digits that pass the elfproef."""
    while True:
        digits = random.choice("123456789") + _digits(random, 8)
        if sum(w * int(d) for w, d in zip(_BSN_WEIGHTS, digits, strict=True)) % 11 == 0:
            return digits


def a_bsn(random: Random) -> str:
    """A BSN as somebody writes it."""
    number = bsn(random)
    ways: list[Callable[[str], str]] = [
        lambda n: n, lambda n: f"{n[:3]} {n[3:6]} {n[6:]}", lambda n: f"{n[:3]}.{n[3:6]}.{n[6:]}",
        lambda n: f"{n[:4]} {n[4:6]} {n[6:]}", lambda n: f"{n[:4]}.{n[4:6]}.{n[6:]}",
        lambda n: f"{n[:3]}-{n[3:6]}-{n[6:]}", lambda n: f"BSN {n}", lambda n: f"BSN: {n}",
        lambda n: f"bsn-nummer is {' '.join(n)}", lambda n: f"burgerservicenummer {n[:5]} {n[5:]}",
        lambda n: f"BSN {int(n) + 1}"[:13],
    ]
    return random.choice(ways)(number)


def a_telephone_number(random: Random) -> str:
    """A Dutch number, mobile or fixed, as somebody writes it."""
    kind = random.randrange(3)
    if kind == 0:
        area, rest = "6", random.choice("12345") + _digits(random, 7)
    elif kind == 1:
        area, rest = random.choice(_AREAS), random.choice("2345678") + _digits(random, 6)
    else:
        area, rest = random.choice(_SMALL_AREAS), random.choice("2345678") + _digits(random, 5)
    half = len(rest) // 2
    pairs = " ".join(rest[at : at + 2] for at in range(0, len(rest), 2))
    ways = [
        f"0{area}{rest}", f"0{area}-{rest}", f"0{area} - {rest}", f"0{area} {pairs}",
        f"(0{area}) {pairs}",
        f"0{area}/{rest}", f"0{area}.{rest[:half]}.{rest[half:]}", f"+31{area}{rest}",
        f"+31 {area} {pairs}", f"+31 (0){area} {rest}", f"+31(0){area}-{rest}", f"0031{area}{rest}",
        f"0031 {area} {rest[:half]} {rest[half:]}", f"0{area} {rest[:half]} {rest[half:]}",
        f"tel. 0{area}-{rest}", f"T: 0{area} {pairs}", f"+31-{area}-{rest}", f"0{area}\u2011{rest}",
    ]
    return random.choice(ways)


def an_iban(random: Random) -> str:
    """A Dutch account number with its check digits, as somebody writes it."""
    bank, account = random.choice(_BANKS), _digits(random, 10)
    as_number = "".join(str(int(one, 36)) for one in f"{bank}{account}NL00")
    whole = f"NL{98 - int(as_number) % 97:02}{bank}{account}"
    groups = [whole[at : at + 4] for at in range(0, len(whole), 4)]
    return random.choice(
        [whole, " ".join(groups), whole.lower(), "\u00a0".join(groups), ".".join(groups),
         f"IBAN {whole}", f"{whole[:4]} {whole[4:8]} {whole[8:]}"]
    )


def an_address(random: Random) -> str:
    """A postcode and the number of a house, as somebody writes them."""
    digits = random.choice("13456789") + _digits(random, 2) + random.choice("123456789")
    letters = random.choice(_LETTERS) + random.choice(_LETTERS)
    street = random.choice(_STREETS)
    house = f"{random.randrange(1, 900)}{random.choice(['', '', 'a', '-2', ' B', ' bis', '-III'])}"
    return random.choice(
        [f"{digits} {letters} {house}", f"{digits}{letters} {house}",
        f"{digits} {letters}, {house}",
         f"{digits}{letters.lower()} {house}", f"{street} {house}, {digits} {letters}",
         f"{street} {house}\n{digits} {letters}", f"{street} {house} {digits}{letters}",
         f"postcode {digits} {letters}, huisnummer {house}", f"{digits} {letters} nr. {house}"]
    )


def an_e_mail_address(random: Random) -> str:
    """An address of e-mail, as somebody writes it."""
    user = random.choice(
        ["j.jansen", "jan_de_vries", "a.b+c", "info2", "Fatima.el-Amrani", "o'neil", "é.dupont"]
    )
    host = random.choice(["example.nl", "mail.example.co.uk", "min-vws.example.org", "exämple.nl"])
    at = random.choice(["@", "@", "@", " [at] ", "(at)"])
    return random.choice([f"{user}{at}{host}", f"<{user}@{host}>", f"mailto:{user}@{host}"])
