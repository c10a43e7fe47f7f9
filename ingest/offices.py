"""Names of persons, offices and organisations, and senders in one spelling"""

from __future__ import annotations

import re

FUNCTION = re.compile(
    r"\b(?:minister-president|minister|staatssecretaris|(?:vice-?)?voorzitter|directeur"
    r"|(?:vice-?)?president|burgemeester|wethouder|gedeputeerde|commissaris|dijkgraaf|secretaris"
    r"|inspecteur-generaal|ombudsman|griffier|hoofd)\b",
    re.IGNORECASE,
)
_POLITICAL = re.compile(r"minister|staatssecretaris", re.IGNORECASE)
_PARTICLES = r"(?:(?:van|von|de|den|der|te|ten|ter|la|el|in|['’]t) )*"
_SURNAMES = rf"{_PARTICLES}[A-ZÀ-Þ][\w’'-]+(?: {_PARTICLES}[A-ZÀ-Þ][\w’'-]+)*"
# Titles or initials tell a person; a first name and a surname do where a person is to be expected.
_TITLED = (
    r"(?:(?:(?:prof|dr|drs|mr|ir|ing|ds)\. ?)+(?:[A-ZÀ-Þ]\w?\.[ -]?)*"
    r"|(?!N\.V\.|B\.V\.)(?:[A-ZÀ-Þ]\w?\.[ -]?)+)"
)
_TITLED_NAME = rf"{_TITLED} ?{_SURNAMES}"
_FULL_NAME = rf"[A-ZÀ-Þ][\w’'-]+ {_SURNAMES}"
_NAME = rf"(?:{_TITLED_NAME}|{_FULL_NAME})"
_FUNCTION_ALONE = rf"(?i:(?:de )?{FUNCTION.pattern})"
_PERSON = re.compile(rf"(?i:(?:de )?(?:heer|mevrouw|dhr|mevr|mw|fam(?:ilie)?)\b)|{_TITLED}")
_SIGNED = re.compile(rf"(?:{_NAME},? )?{_FUNCTION_ALONE}(?:, {_NAME})?")
# Who holds an office: "drs. A. Blok", "drs. A. Blok voorzitter", "voorzitter".
_HOLDER = re.compile(rf"{_NAME}|(?:{_NAME} )?{_FUNCTION_ALONE}")
_NAME_ABOVE = re.compile(
    rf"{_TITLED_NAME},? (?=(?i:{FUNCTION.pattern}))|{_FULL_NAME},? (?=(?i:{_POLITICAL.pattern}))"
)
# What tells the name of an organisation from that of a person: such a word, or an abbreviation in
# capitals among other words.
_ORGANISATION = re.compile(
    r"\b(?i:gemeente|provincie|ministerie|waterschap|hoogheemraadschap|veiligheidsregio"
    r"|omgevingsdienst|stichting|vereniging|co[öo]peratie|federatie|genootschap|unie|koepel"
    r"|platform|coalitie|universiteit|hogeschool|ziekenhuis|academie|autoriteit|inspectie"
    r"|agentschap|dienst|koninklijke?|kamer van koophandel"
    r"|\w*(?:raad|bond|bureau|instituut|verbond|vereniging|centrum|fonds|bank))\b"
    r"|\b(?:N\.?V\.?|B\.?V\.?|U\.A\.)(?!\w)|\b[A-Z]{2,6}\b(?=.*[a-z])"
)
_LONGEST_NAME = 200
_SMALL_WORDS = frozenset(
    "de het een van voor en of in op bij te tot met der den des aan minister staatssecretaris "
    "minister-president college burgemeester wethouders staten".split()
)


def is_person(text: str) -> bool:
    """Whether a name begins as a person's does: a form of address, titles or initials."""
    return _PERSON.match(text) is not None


def is_organisation(text: str) -> bool:
    """Whether a name has what only the names of organisations have."""
    return not is_person(text) and _ORGANISATION.search(text[:_LONGEST_NAME]) is not None


def is_function_alone(signature: str) -> bool:
    """Whether a signature names a function and not of what: "drs. A. Blok, directeur"."""
    is_political = _POLITICAL.search(signature) is not None
    return not is_political and _SIGNED.fullmatch(signature) is not None


def office_of(sender: str) -> str:
    """The office or body of a sender, in one spelling and without who holds it, for counting.

    "DE MINISTER VAN FINANCIËN, A. Blok", "de minister van Financiën" and "A. Blok Minister van
    Financiën" are all "Minister van Financiën". A sender that names no office stays as it is.
    """
    office = sender.partition(", mede namens ")[0].strip(" ,")
    if is_function_alone(office):
        return office
    if FUNCTION.search(office):
        office = _without_holder(office)
    office = re.sub(r"^(?:de|het) ", "", office, flags=re.IGNORECASE)
    if office.isupper() and " " in office:
        office = " ".join(map(_in_lower_case, office.split()))
    office = re.sub(r" [-–—] ", " – ", office)
    return office[:1].upper() + office[1:]


def _without_holder(sender: str) -> str:
    parts = _NAME_ABOVE.sub("", sender).split(", ")
    while len(parts) > 1 and _HOLDER.fullmatch(parts[-1]):
        parts.pop()
    return ", ".join(parts)


def _in_lower_case(word: str) -> str:
    """A word of a line in capitals as it is written elsewhere; an abbreviation stays."""
    if word.lower() in _SMALL_WORDS:
        return word.lower()
    is_abbreviation = re.search("[AEIOUY]", word) is None
    return word if is_abbreviation else word.capitalize()
