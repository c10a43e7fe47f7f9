"""Signs that a sentence speaks to a machine: whom it addresses, and the marks of a prompt."""

from __future__ import annotations

import re

from service.machine_words import (
    AI,
    AI_WORDS,
    OF_AI,
    ORDERS,
    SAY_DUTCH,
    SAY_OTHER,
    YOUR,
    Rule,
    within,
)

SIGNS = (
    # To be someone else.
    Rule("doe", r" (?:je|jezelf) (?:\w+ )?voor als\b", True),
    Rule("speel", r" (?:dat|alsof) (?:je|jij)\b", True),
    Rule("schakel wis reset verlaat deactiveer overschrijf negeer", r" (?:je|jouw|al je)\b", True),
    Rule("you", r" are (?:now|no longer|a|an|my|being|hereby|not bound)\b"),
    Rule(
        "je jij u",
        r" bent (?:vanaf nu|voortaan|nu|niet langer|geen|een|mijn|de"
        rf"|hierbij){within(4)}(?:{AI}|modus|mode|dan\b|piraat|model\b|hacker|rol\b)",
    ),
    Rule("je jij", r" bent (?:vanaf nu|voortaan|niet langer)\b"),
    Rule(
        "nu voortaan af",
        r"(?: aan)? (?:ben|antwoord|spreek|heet|zeg|geef|doe|volg|noem|zul|moet|mag|negeer"
        r"|citeer|schrijf|gedraag) (?:je|jij)\b",
    ),
    Rule("from", r" now on(?: ,)? you\b"),
    Rule(
        "ab a desormais",
        r"(?: jetzt| partir de maintenant)(?: ,)? (?:du|sie|tu|vous|bist|antworte)\b"),
    Rule(
        "gedraag doe", r" (?:je (?:als|alsof|voortaan)|alsof (?:je|jij)|of (?:je|jij) een)\b", True
    ),
    Rule("act pretend behave roleplay", r" (?:as|like|to be|that|you)\b", True),
    Rule(
        "speel neem play simuleer simulate",
        r" (?:nu )?(?:de|een|the|a) (?:rol|role|\w+modus)\b", True),
    Rule("du", r" bist (?:jetzt|nun|ab|ein|kein)\b"),
    Rule("tu vous", r" (?:es|etes) (?:maintenant|desormais|un)\b"),
    Rule(
        "developer debug god dan admin jailbreak ontwikkelaars beheerders root",
        r" ?(?:mode|modus)\b"),
    Rule("jailbreak ontwikkelaarsmodus beheerdersmodus developermode", ""),
    # To give away what it was told.
    Rule(
        f"{SAY_DUTCH} {SAY_OTHER} beschrijf describe vat",
        rf"{within(8)}(?:{YOUR}{within(2)}(?:{ORDERS}|regels\b|rules\b|configurati)|(?:the"
        r"|de|initial|hele|volledige|full|entire) prompt|api (?:key|sleutel))", True,
    ),
    Rule("wat welke what how hoe", rf"{within(4)}{YOUR}{within(2)}{ORDERS}"),
    Rule(
        "je jouw your deine",
        r" (?:systeem ?|system ?)?prompts?\b(?! attention| reply| response)"),
    # To whom it speaks.
    Rule(
        f"{AI_WORDS} systemen systeem model modellen machine computer computers software lezers"
        f" robot",
        rf"{OF_AI}(?: ,)? (?:die|dat|which|that|who|das|qui){within(4)}(?:dit|deze|this|ce"
        r"|cette)(?: \w+)? (?:brief|tekst|document|passage|bericht|letter|text|pagina|page"
        rf"|alinea|zin|brieven|content|nota|bestand|file|lettre|texte)(?: \w+){{0,4}} (?:lees"
        r"|lez|verwerk|samenvat|analys|gebruik|process|summar|read|citeer|citer|doorzoek|moet"
        r"|dient)",
    ),
    Rule(
        f"{AI_WORDS} systems models machines",
        rf"{OF_AI}(?: (?:that|which|who))?(?: \w+)? (?:reads?|reading|process\w*|pars\w+"
        r"|summari\w+|index\w+) (?:this|these)\b",
    ),
    Rule(
        "instructie instructies opdracht verzoek bericht boodschap mededeling opmerking notitie"
        " note message instruction instructions hint nachricht hinweis anweisung consigne test"
        " bevel",
        r" (?:aan|voor|to|for|an|fur|pour|a)(?: (?:de|het|alle|elke|any|all|the|every|een|die"
        rf"|das|le|eventuele|lezende))? {AI}{OF_AI}(?: s)?(?: \w+){{0,4}} [:,]",
    ),
    Rule(
        f"beste hallo hey hi hoi dear lieve geachte attention attentie aandacht {AI_WORDS}",
        rf"(?: [,:!])?(?: {AI})?{OF_AI} [,:!] (?:\w+ )?(?:{'|'.join(SAY_DUTCH.split())}"
        rf"|{'|'.join(SAY_OTHER.split())}|negeer|vergeet|ignore|je|you|doe|volg|het antwoord)\b",
        True,
    ),
    Rule(
        "voor aan to for let note beste dear",
        rf"(?: op(?: ,)?| to| ,)?(?: (?:de|het|alle|elke|any|all|the|every))? {AI}{OF_AI}(?:"
        rf" \w+){{0,6}} [,:!] (?:je|jij|you|het (?:antwoord|juiste|enige)|het echte|negeer"
        r"|vergeet|zeg|antwoord|citeer|geef|noem|meld|schrijf|say|answer|ignore|cite|respond"
        r"|this|the answer|deze passage|de vorige)\b", True,
    ),
    Rule(
        "aandacht attentie attention let hallo hey hi hoi achtung",
        rf"(?: op)?(?: [,:!])? {AI}{OF_AI} [,:!]", True),
    Rule(
        "als if indien wanneer since omdat aangezien wenn voor",
        r"(?: zover)? (?:je|jij|you|du|u) (?:(?:are|bist) )?(?:een |an? |het |the |ein |als"
        rf" )?{AI}{OF_AI}(?: (?:bent|bist)| ,|$)",
    ),
    Rule(
        "als as",
        rf" (?:een |an? )?{AI}{OF_AI} (?:moet|dien|ben|zal|kun|zul|must|you|should) ?(?:je|jij"
        r"|you)"),
    Rule(
        f"{AI_WORDS} model",
        rf"{OF_AI} (?:moet|moeten|dient|dienen|must|should|shall|zal|mag|wordt"
        rf"|worden){within(8)}(?:antwoorden (?:dat|met|in|ja|nee)|te antwoorden|beantwoorden"
        r" met|zeggen dat|beweren|citeren|negeren|answer|say|cite|respond|ignore|output|reply"
        r"|claim|reveal)\b",
    ),
)
# What parts the turns of a conversation, or the data from what is asked, in a model's own format.
FORMAT = re.compile(
    r"<\|\w|\w\|>|\[/?inst\]|<</?sys>>|\b(?:tool|function)_(?:results?|calls?|outputs?"
    r"|response)\b|</?(?:system|user|assistant|instructions?|instructies?|prompts?|tool\w*"
    r"|function\w*|passages?|context|documents?|bron|sys|think|im_start)\b[^<>]{0,60}>|(?<!#)##+"
    r" (?:nieuwe |new )?(?:instruct|system|systeem|user|gebruiker|assistant|response|human"
    r"|prompt|opdracht)|[\"'](?:role|system|tool|function_call|instructions?|sleutel"
    r"|tool_calls?)[\"']\s*:|\[(?:systeem|system|assistant|assistent|user|gebruiker|instructie"
    r"|instruction|admin)\]|(?<!-)---+ ?(?:einde?|end|begin|start)\b"
    r"|\b(?:sleutel|key)\s?:\s?\d+\s?,"
    r" ?(?:tekst|text)|(?:^|[.!?]\s)\W{0,5}"
    r"(?:system|assistant|human|developer|systeemprompt|system prompt"
    r"|systeembericht|systeeminstructie)\s?(?:message|note|prompt|override|update|alert"
    r"|instruction)?\s?[:>\]]"
)
# Orders where nothing is left to tell words apart.
SQUEEZED = re.compile(
    r"(?:negeer|vergeet|ignore|disregard|forget)(?:alle?|all|de|the|eerdere|vorige|voorgaande"
    r"|bovenstaande|previous|prior|je|jouw|your|any){0,5}(?:instruct|prompt|opdracht|aanwijzing)"
    r"|antwoord(?:altijd|uitsluitend|alleen|voortaan|dat)|systee?mprompt|jebentnu|youarenow"
    r"|(?:answer|respond|reply|say)(?:only|always|with|that)|(?:vergeet|negeer)alles|zegdat"
)
