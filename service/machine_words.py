"""Words of a conversation with a machine, for the rules of what speaks to one."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """Words that open a rule, and the pattern that the words right behind must have; `commands`:
    it holds only where a clause begins. Texts are in plain small letters, one space between words
    and stops."""

    words: str
    behind: str
    commands: bool = False


def within(words: int) -> str:
    """Up to so many words of one clause."""
    return rf"(?: \w+){{0,{words}}}? "


AI_WORDS = (
    "ai ki ia taalmodel taalmodellen llm llms chatbot chatbots chatgpt gpt sprachmodell"
    " assistent assistant chatassistent antwoordsysteem zoekassistent language taalassistent"
)
AI = (
    r"(?:(?:ai|ki|ia)\b|(?:language|digitale|virtuele|behulpzame|groot|large|automatische"
    r"|lezende|zoek)(?: (?:assistent|assistant|models?|modellen|modell|systeem|systemen|systems?"
    r"|chatbots?|bot|agent|agents|lezers?|reader|tool|tools|taalmodel|language models?"
    r"|assistenten))|taalmodel(?:len)?|llms?|chatbots?|chatgpt|gpt|sprachmodell|assistent"
    r"|assistant|zoekassistent|chatassistent|taalassistent|antwoordsysteem|modele de langage)\b"
)
OF_AI = (
    r"(?: (?:assistent|assistant|models?|modellen|modell|systeem|systemen|systems?|chatbots?"
    r"|bots?|agents?|lezers?|readers?|tools?|assistenten|toepassingen))?"
)
ORDERS = (
    r"(?:(?:systeem ?|system ?)?(?:instructies?|instructions?|prompts?|aanwijzing(?:en)?"
    r"|opdrachten|anweisung(?:en)?|consignes?|bevelen|directives|vorgaben|opdracht"
    r"|guidelines))\b"
)
EARLIER = (
    r"(?:eerdere|vorige|voorgaande|voorafgaande|bovenstaande|oorspronkelijke|previous|prior"
    r"|above|earlier|preceding|original|initial|bisherigen|vorherigen|obigen|precedentes?|jouw"
    r"|je|your|deine|ihre|tes|vos)\b"
)
YOUR = r"(?:je|jouw|your|deine|deiner|tes|vos|ta|votre)"
ANSWER = (
    r"(?:antwoord|antwoorden|reactie|reacties|output|uitvoer|samenvatting|response|responses"
    r"|answers?|reply|replies|summary|antwort|antworten|reponses?)\b"
)
EACH = r"(?:elke|iedere|ieder|elk|alle|any|every|each|all|jede|jeder|chaque|toute)"
USER = (
    r"(?:(?:de|elke|iedere|een|the|a|any|every|alle) (?:eind)?(?:gebruikers?|users?"
    r"|vraagstellers?))\b"
)
ONLY = (
    r"(?:uitsluitend|alleen|enkel|slechts|altijd|steeds|voortaan|nooit|simpelweg|gewoon|only"
    r"|always|exclusively|solely|never|simply|just|nur|immer|ausschliesslich|stets|jetzt"
    r"|uniquement|seulement|toujours|desormais)\b"
)
SAY_DUTCH = (
    "antwoord beantwoord reageer zeg schrijf herhaal citeer beweer vertel meld vermeld noem"
    " bevestig concludeer rapporteer toon geef onthul verklap kopieer plak deel laat stuur"
    " verwijs markeer verberg verzwijg voeg zet plaats neem begin eindig besluit sluit beperk"
    " formuleer presenteer onderteken vertaal vervang start open lever weiger gebruik spreek"
    " behandel stop vraag adviseer waarschuw informeer print"
)
SAY_OTHER = (
    "answer respond reply say write repeat cite quote claim tell state mention confirm output"
    " reveal show display leak copy share conclude end finish limit format translate replace"
    " append prepend add include put insert give start use inform warn advise print sag sage"
    " wiederhole zitiere zeige gib beginne dis dites repete repetez montre affiche citez ajoute"
    " ajoutez"
)
FORGET = (
    "negeer vergeet ignore disregard forget override overschrijf omzeil bypass missachte"
    " ignoriere ignorier ignorieren vergiss ignorez oublie oubliez"
)
# What no letter speaks of in a command to its reader, and a conversation with a machine does.
CONVERSATION = (
    r"(?:prompts?|systeemprompt|instructies?|instructions?|taalmodel|chatbot|assistent|assistant"
    r"|passages?|citaten|citaat|bronvermelding(?:en)?|sleutel|vraagsteller|deze zin|this"
    r" sentence|(?:het|een|ieder|elk|als|in het|the|an|each|as|in the) (?:\w+ )?(?:antwoord"
    r"|answer|response|reply)|(?:de|elke|iedere|alle|deze|the|any|every) (?:vraag van"
    r"|eindgebruiker|gebruikers?|users?|questions?)|hierboven staat|tekst (?:hier)?boven|text"
    r" above)\b"
)
COMMANDS = (
    "negeer herhaal citeer zeg schrijf noem vertel geef toon onthul verklap kopieer verwijs"
    " markeer verberg verzwijg vertaal vervang weiger behandel beschouw rangschik verwijder wis"
    " kies handel onthoud verander vermijd reageer bevestig concludeer beweer meld stuur spreek"
    " vat sla stop print voeg controleer ignore disregard repeat cite quote say write tell give"
    " show reveal leak output translate replace append include insert refuse treat consider rank"
    " obey remove remember avoid respond confirm claim act pretend do don stop"
)
