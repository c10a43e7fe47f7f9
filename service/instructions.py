"""Sentences of letters that speak to a machine that reads them: such words are never quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from index.analyser import fold

# Letters of other alphabets that a reader takes for these.
_LOOK_ALIKES = str.maketrans(
    dict(
        pair for pair in
        "аa вb гr еe зe іi иu кk мm нh оo пn рp сc тt уy хx шw ьb ѕs јj ԁd һh ԛq ԝw ӏl αa βb εe ηn "
        "ιi κk νv οo ρp τt υu χx ωw γy ɑa ɡg ıi øo łl".split()
    )
)
# "n e g e e r": letters that stand apart, which a reader still takes for a word.
_SPACED = re.compile(r"(?<!\w)\w(?:[ ._·*|-]\w){3,}(?!\w)")
_TOKEN = re.compile(r"\w+|[.,:;!?]")
# A command stands at the beginning of a clause.
_BEFORE_CLAUSE = frozenset(". , : ; ! ? en dan and then und et dus so please gelieve maar but".split())


class _Rule(NamedTuple):
    """Words that open a rule, and the pattern that the words right behind must have; `commands`:
    it holds only where a clause begins. Texts are in plain small letters, one space between words
    and stops."""

    words: str
    behind: str
    commands: bool = False


def _within(words: int) -> str:
    """Up to so many words of one clause."""
    return rf"(?: \w+){{0,{words}}}? "


_AI_WORDS = (
    "ai ki ia taalmodel taalmodellen llm llms chatbot chatbots chatgpt gpt sprachmodell assistent"
    " assistant chatassistent antwoordsysteem zoekassistent language taalassistent"
)
_AI = (
    r"(?:(?:ai|ki|ia)\b|(?:language|digitale|virtuele|behulpzame|groot|large|automatische|lezende|zoek)"
    r"(?: (?:assistent|assistant|models?|modellen|modell|systeem|systemen|systems?|chatbots?|bot"
    r"|agent|agents|lezers?|reader|tool|tools|taalmodel|language models?|assistenten))"
    r"|taalmodel(?:len)?|llms?|chatbots?|chatgpt|gpt|sprachmodell|assistent|assistant|zoekassistent"
    r"|chatassistent|taalassistent|antwoordsysteem|modele de langage)\b"
)
_OF_AI = (
    r"(?: (?:assistent|assistant|models?|modellen|modell|systeem|systemen|systems?|chatbots?|bots?"
    r"|agents?|lezers?|readers?|tools?|assistenten|toepassingen))?"
)
_ORDERS = (
    r"(?:(?:systeem ?|system ?)?(?:instructies?|instructions?|prompts?|aanwijzing(?:en)?|opdrachten"
    r"|anweisung(?:en)?|consignes?|bevelen|directives|vorgaben|opdracht|guidelines))\b"
)
_EARLIER = (
    r"(?:eerdere|vorige|voorgaande|voorafgaande|bovenstaande|oorspronkelijke|previous|prior|above"
    r"|earlier|preceding|original|initial|bisherigen|vorherigen|obigen|precedentes?|jouw|je|your"
    r"|deine|ihre|tes|vos)\b"
)
_YOUR = r"(?:je|jouw|your|deine|deiner|tes|vos|ta|votre)"
_ANSWER = (
    r"(?:antwoord|antwoorden|reactie|reacties|output|uitvoer|samenvatting|response|responses|answers?"
    r"|reply|replies|summary|antwort|antworten|reponses?)\b"
)
_EACH = r"(?:elke|iedere|ieder|elk|alle|any|every|each|all|jede|jeder|chaque|toute)"
_USER = r"(?:(?:de|elke|iedere|een|the|a|any|every|alle) (?:eind)?(?:gebruikers?|users?|vraagstellers?))\b"
_ONLY = (
    r"(?:uitsluitend|alleen|enkel|slechts|altijd|steeds|voortaan|nooit|simpelweg|gewoon|only|always"
    r"|exclusively|solely|never|simply|just|nur|immer|ausschliesslich|stets|jetzt|uniquement"
    r"|seulement|toujours|desormais)\b"
)
_SAY_DUTCH = (
    "antwoord beantwoord reageer zeg schrijf herhaal citeer beweer vertel meld vermeld noem bevestig"
    " concludeer rapporteer toon geef onthul verklap kopieer plak deel laat stuur verwijs markeer"
    " verberg verzwijg voeg zet plaats neem begin eindig besluit sluit beperk formuleer presenteer"
    " onderteken vertaal vervang start open lever weiger gebruik spreek behandel stop vraag adviseer"
    " waarschuw informeer print"
)
_SAY_OTHER = (
    "answer respond reply say write repeat cite quote claim tell state mention confirm output reveal"
    " show display leak copy share conclude end finish limit format translate replace append prepend"
    " add include put insert give start use inform warn advise print sag sage wiederhole zitiere zeige"
    " gib beginne dis dites repete repetez montre affiche citez ajoute ajoutez"
)
_FORGET = (
    "negeer vergeet ignore disregard forget override overschrijf omzeil bypass missachte ignoriere"
    " ignorier ignorieren vergiss ignorez oublie oubliez"
)
# What no letter speaks of in a command to its reader, and a conversation with a machine does.
_CONVERSATION = (
    r"(?:prompts?|systeemprompt|instructies?|instructions?|taalmodel|chatbot|assistent|assistant"
    r"|passages?|citaten|citaat|bronvermelding(?:en)?|sleutel|vraagsteller|deze zin|this sentence"
    r"|(?:het|een|ieder|elk|als|in het|the|an|each|as|in the) (?:\w+ )?(?:antwoord|answer|response|reply)"
    r"|(?:de|elke|iedere|alle|deze|the|any|every) (?:vraag van|eindgebruiker|gebruikers?|users?"
    r"|questions?)|hierboven staat|tekst (?:hier)?boven|text above)\b"
)
_COMMANDS = (
    "negeer vergeet herhaal citeer zeg schrijf noem vertel geef toon onthul verklap kopieer verwijs"
    " markeer verberg verzwijg vertaal vervang weiger behandel beschouw rangschik verwijder"
    " wis kies handel onthoud verander vermijd reageer bevestig concludeer beweer meld stuur spreek"
    " vat sla stop print voeg controleer ignore disregard forget repeat cite quote say write tell"
    " give show reveal leak output translate replace append include insert refuse treat consider"
    " rank obey remove remember avoid respond confirm claim act pretend do don stop"
)
_RULES = (
    _Rule(_COMMANDS, rf"(?: [\w,]+){{0,15}}? {_CONVERSATION}", True),
    # To set aside what it was told.
    _Rule(_FORGET, rf"(?! niet\b){_within(6)}{_ORDERS}"),
    _Rule(_FORGET, rf"(?! niet\b){_within(3)}(?:{_EARLIER}|alles|everything|hierboven|de vra|the question)", True),
    _Rule(
        "negeer ignore gebruik use vertrouw trust",
        rf"{_within(3)}(?:andere|other|overige) (?:passages?|bronnen|sources|documents|documenten)\b", True
    ),
    _Rule(
        "eerdere vorige voorgaande bovenstaande oorspronkelijke previous prior jouw je your",
        rf"{_within(2)}(?!aanwijzing ){_ORDERS}{_within(8)}(?:negeren|genegeerd|vergeten|vervallen|ongeldig|ignored"
        r"|disregarded|void|invalid|no longer|superseded|niet langer)\b",
    ),
    _Rule(
        "volg voer follow obey execute befolge suivez",
        rf"{_within(3)}{_ORDERS}{_within(3)}(?:in plaats van|instead|niet\b)", True,
    ),
    _Rule(
        "nieuwe new updated gewijzigde geheime secret hidden verborgen urgente",
        r" (?:systeem ?|system )?(?:instructies?|instructions?|prompt|opdracht)\b(?: \w+){0,3} :", True
    ),
    # To answer, say or cite something.
    _Rule(
        "antwoord beantwoord reageer",
        rf" (?:{_ONLY}|(?:nu|dat|met|als|in het|exact|letterlijk|vanaf) |op {_EACH} |deze vraag"
        rf"|(?:op )?{_EACH} vra\w+ (?:met|dat|als|in)\b)", True,
    ),
    _Rule(
        "answer respond reply",
        rf" (?:{_ONLY}|with|that|in|to|as|by|the|this|yes|no|{_EACH}|exactly)\b", True,
    ),
    _Rule("antworte reponds repondez", " ", True),
    _Rule("antworten", " sie ", True),
    _Rule(
        "say cite quote claim tell output print repeat translate summarize summarise",
        rf" (?:{_ONLY}|that|the|this|him|her|them|it|back|exactly|passage|everything|all|your|yes|no)"
        r"\b", True,
    ),
    _Rule(
        "zeg beweer herhaal citeer",
        rf" (?:{_ONLY}|dat|tegen|de volgende|het volgende|passage|bron|exact|letterlijk|niets"
        r"|in plaats|als|steeds|hierboven|bovenstaande|de tekst|de hele|alles|ja|nee|hem|haar)\b", True,
    ),
    _Rule(
        f"{_SAY_DUTCH} {_SAY_OTHER}",
        rf"{_within(12)}(?:in|als|as|aan|to|met|en|dans|zu|from|uit|van) (?:{_YOUR}|{_EACH})(?: \w+)? "
        rf"{_ANSWER}", True,
    ),
    _Rule(
        f"{_SAY_DUTCH} {_SAY_OTHER}",
        rf"{_within(6)}(?:{_YOUR}|{_EACH})(?: (?:volgende|next|own|eigen))? {_ANSWER}", True,
    ),
    _Rule(
        "zeg vertel noem toon geef schrijf beweer citeer tell say show give write inform warn ask"
        " verwijs send redirect waarschuw",
        rf"{_within(8)}{_USER}", True,
    ),
    _Rule(
        "jouw your",
        rf"{_within(2)}(?:{_ANSWER}|taak|opdracht|rol|task|role|job|goal|mission)(?: op \w+ \w+)?"
        r" (?:moet|dient|begint|bevat|bestaat|luidt|must|should|shall|has to|will|is|consists|begins"
        r"|starts|:|altijd|always)",
    ),
    _Rule(
        "je",
        rf" (?:(?:volledige|volgende|eerstvolgende|hele|nieuwe|enige) )?(?:{_ANSWER}|taak|opdracht)"
        r" (?:moet|dient|begint|bevat|bestaat|luidt|is (?:nu|voortaan|om)|altijd|:)",
    ),
    _Rule(
        "op bij to auf for",
        rf" {_EACH}(?: \w+)? (?:vraag|vragen|questions?|fragen?)(?: ,)? (?:(?:antwoord|zeg) (?:je|met|dat|ja|nee)"
        r"|moet je|dien je|is altijd|luidt|is always|answer|say|respond|reply|you)\b",
    ),
    _Rule(
        "elke iedere alle every any all",
        rf"(?: \w+)? (?:vraag|vragen|questions?){_within(4)}(?:(?:worden )?beantwoord|answered)"
        r"(?: te)?(?: worden)? (?:met|with) (?:het|de|the|een|a|ja|nee)\b",
    ),
    _Rule(
        "als wanneer indien zodra if when whenever wenn falls si quand",
        r"(?: [\w,]+){0,14}? (?:vraagt|vragen|gevraagd|asks?|asked|fragt|gefragt|demande)"
        r"(?: [\w,]+){0,14}? (?:(?:, |dan )(?:antwoord|zeg|beweer|citeer|herhaal)\b|(?:you )?(?:answer"
        r"|say|respond|reply|tell them|antworte|reponds)\b)",
    ),
    _Rule(
        "bij when while wanneer als", r"(?: het| je| you| u)? (?:samenvat\w+|summari[sz]\w+|quoting"
        r"|citing|citeren|answering|antwoorden)(?: \w+){0,4} (?:deze|dit|this|these|questions?)\b",
    ),
    _Rule("antwoord zeg beweer citeer herhaal reageer", r" (?:je|jij)\b(?! (?:u|zelf)\b)"),
    _Rule("je jij", r" (?:antwoordt|citeert|beweert|herhaalt|negeert)\b"),
    _Rule(
        "je jij you",
        r" (?:moet|dient|mag|zult|must|should|shall|will|are to|have to|need to)"
        rf"{_within(8)}(?:antwoorden|zeggen dat|beweren|citeren|herhalen|negeren|answer|say|respond"
        r"|reply|cite|quote|repeat|ignore|disregard|claim|reveal|tell|pretend|act|obey|follow"
        r"|mention|refuse|output)\b",
    ),
    _Rule(
        "do never nooit", r"(?: not)? (?:mention|reveal|answer|tell|cite|say|disclose|quote|respond"
        r"|refuse|follow|use)\b", True,
    ),
    _Rule("weiger stop stopt", rf"{_within(4)}(?:beantwoorden|antwoorden|answering)\b", True),
    _Rule("vat", rf"{_within(2)}(?:brief|tekst|document|passage|letter){_within(3)}samen\b", True),
    _Rule("geef noem zeg citeer antwoord", r" als kenmerk\b", True),
    _Rule(
        "het de the", r" (?:enige|juiste|correcte|only|correct|right)(?: \w+)? (?:antwoord|answer)"
        r"(?: (?:op|to)(?: \w+){1,4}?)? (?:luidt|:|(?:is|are) (?:altijd|always|ja|nee|yes|no|:))",
    ),
    _Rule(
        "vragen vraag questions question",
        rf"{_within(4)}(?:moet|moeten|dient|dienen|must|should){_within(2)}(?:met|with|door)"
        rf"{_within(5)}(?:beantwoord|answered)\b",
    ),
    _Rule("antwoorden answers", rf"{_within(5)}(?:beginnen|eindigen|begin|end) (?:altijd|steeds|always)\b"),
    _Rule("deze this dit", r" (?:passage|citaat|sentence) (?:beantwoordt|answers|is het antwoord)\b"),
    _Rule(
        "deze dit this", r" (?:\w+ )?(?:zin|tekst|passage|alinea|instructie|boodschap|bericht|sentence"
        r"|text|message) (?:is|zijn|are) (?:alleen |uitsluitend |only )?(?:bedoeld|bestemd|geschreven"
        rf"|meant|intended) (?:voor|for)(?: \w+)? (?:computers?|machines?|software|modellen|{_AI})",
    ),
    _Rule(
        "u je jij", r" (?:bent|dient als|fungeert als|treedt op als|werkt als)(?: (?:een|de|het))? "
        rf"(?:computerprogramma|computer|{_AI})",
    ),
    _Rule("u je jij", rf" (?:antwoordt|citeert) {_ONLY}"),
    _Rule("je jij", rf"{_within(8)}(?:samen te vatten|samenvatten)\b"),
    _Rule(
        "opdracht opdrachten instructie instructies prompt passages instructions regels",
        r" die (?:je|jij|jou|you)\b",
    ),
    _Rule("wat what alles everything", r" (?:je|jou|you)(?: \w+){0,3} (?:verteld|opgedragen|told)\b"),
    _Rule("you", r" (?:were|have been) (?:told|given|instructed)\b"),
    _Rule("dir t", r" (?:gesagt|a dit|aufgetragen|a ete dit)\b"),
    _Rule("du", rf"{_within(3)}(?:antwortest|ignorierst)\b"),
    _Rule("antwortest antwortet", r" du\b"),
    _Rule("tu", r" (?:reponds|ignores|dois|es)\b"),
    _Rule(
        "je jouw your mijn my", r" (?:instructies|instructions|veiligheidsregels|ontwikkelaar|developer|creator|guardrails)\b",
    ),
    _Rule("new nieuwe your je jouw", r" (?:task|taak|opdracht|rol|role|goal) (?::|is gewijzigd|has changed)"),
    _Rule("prompt systeemprompt", r" :", True),
    _Rule("instructie instruction opdracht", rf" : (?:{'|'.join(_COMMANDS.split())})\b", True),
    _Rule("opdracht instructie bericht boodschap", r" (?:aan|voor) (?:het|dit|elk) (?:systeem|model) :"),
    _Rule("laat", rf" {_USER} (?:niet )?(?:weten|geloven|denken|inloggen|klikken)\b", True),
    _Rule("now nu", r" (?:answer|say|respond|write|output)\b", True),
    _Rule("systeemprompt systemprompt", ""),
    _Rule("system prompt", r" (?:prompts?|systeme)\b"),
    _Rule(
        "kunstmatige artificiele artificial",
        r" (?:intelligentie|intelligence)(?: (?:die|that)(?: \w+){1,5})? (?:moet|dient|zal|must|should|:|,)"
        rf"{_within(6)}(?:antwoorden|zeggen|citeren|answer|say|respond|zeg|antwoord)\b",
    ),
    _Rule(
        "voor aan to for door", r" (?:de |het |alle |all |the )?(?:kunstmatige intelligenties?|computers"
        r"|machines|computerprogramma s|artificial intelligence|modellen|systemen|software) (?:die|dat|that"
        r"|which) (?:dit|deze|this)\b",
    ),
    _Rule(
        f"{_AI_WORDS} zoekmachine", rf"{_OF_AI} (?:geeft|antwoordt|zegt|citeert|negeert|noemt|gives"
        r"|answers|says) (?:altijd|alleen|nooit|uitsluitend|steeds|voortaan|hier|always|only|never)\b",
    ),
    _Rule(
        f"{_AI_WORDS} zoekmachine model modellen",
        rf"{_OF_AI}(?: die (?:dit|deze)(?: \w+){{1,3}})? (?:moet|moeten|dient|dienen|must|should){_within(6)}"
        r"(?:deze passage|this passage|genegeerd|geciteerd|kenmerk)\b",
    ),
    _Rule(
        "moet moeten dient dienen must should",
        rf"{_within(4)}(?:door|by)(?: (?:de|het|een|the|an))? {_AI}{_within(4)}(?:genegeerd|geciteerd"
        r"|herhaald|ignored|cited|repeated)\b",
    ),
    # To be someone else.
    _Rule("doe", r" (?:je|jezelf) (?:\w+ )?voor als\b", True),
    _Rule("speel", r" (?:dat|alsof) (?:je|jij)\b", True),
    _Rule("schakel wis reset verlaat deactiveer overschrijf negeer", r" (?:je|jouw|al je)\b", True),
    _Rule("you", r" are (?:now|no longer|a|an|my|being|hereby|not bound)\b"),
    _Rule(
        "je jij u", r" bent (?:vanaf nu|voortaan|nu|niet langer|geen|een|mijn|de|hierbij)"
        rf"{_within(4)}(?:{_AI}|modus|mode|dan\b|piraat|model\b|hacker|rol\b)",
    ),
    _Rule("je jij", r" bent (?:vanaf nu|voortaan|niet langer)\b"),
    _Rule(
        "nu voortaan af",
        r"(?: aan)? (?:ben|antwoord|spreek|heet|zeg|geef|doe|volg|noem|zul|moet|mag|negeer|citeer"
        r"|schrijf|gedraag) (?:je|jij)\b",
    ),
    _Rule("from", r" now on(?: ,)? you\b"),
    _Rule("ab a desormais", r"(?: jetzt| partir de maintenant)(?: ,)? (?:du|sie|tu|vous|bist|antworte)\b"),
    _Rule(
        "gedraag doe", r" (?:je (?:als|alsof|voortaan)|alsof (?:je|jij)|of (?:je|jij) een)\b", True
    ),
    _Rule("act pretend behave roleplay", r" (?:as|like|to be|that|you)\b", True),
    _Rule("speel neem play simuleer simulate", r" (?:nu )?(?:de|een|the|a) (?:rol|role|\w+modus)\b", True),
    _Rule("du", r" bist (?:jetzt|nun|ab|ein|kein)\b"),
    _Rule("tu vous", r" (?:es|etes) (?:maintenant|desormais|un)\b"),
    _Rule("developer debug god dan admin jailbreak ontwikkelaars beheerders root", r" ?(?:mode|modus)\b"),
    _Rule("jailbreak ontwikkelaarsmodus beheerdersmodus developermode", ""),
    # To give away what it was told.
    _Rule(
        f"{_SAY_DUTCH} {_SAY_OTHER} beschrijf describe vat",
        rf"{_within(8)}(?:{_YOUR}{_within(2)}(?:{_ORDERS}|regels\b|rules\b|configurati)"
        r"|(?:the|de|initial|hele|volledige|full|entire) prompt|api (?:key|sleutel))", True,
    ),
    _Rule("wat welke what how hoe", rf"{_within(4)}{_YOUR}{_within(2)}{_ORDERS}"),
    _Rule("je jouw your deine", r" (?:systeem ?|system ?)?prompts?\b(?! attention| reply| response)"),
    # To whom it speaks.
    _Rule(
        f"{_AI_WORDS} systemen systeem model modellen machine computer computers software lezers robot",
        rf"{_OF_AI}(?: ,)? (?:die|dat|which|that|who|das|qui){_within(4)}(?:dit|deze|this|ce|cette)"
        r"(?: \w+)? (?:brief|tekst|document|passage|bericht|letter|text|pagina|page|alinea|zin|brieven"
        r"|content|nota|bestand|file|lettre|texte)(?: \w+){0,4} (?:lees|lez|verwerk|samenvat|analys"
        r"|gebruik|process|summar|read|citeer|citer|doorzoek|moet|dient)",
    ),
    _Rule(
        f"{_AI_WORDS} systems models machines",
        rf"{_OF_AI}(?: (?:that|which|who))?(?: \w+)? (?:reads?|reading|process\w*|pars\w+|summari\w+"
        r"|index\w+) (?:this|these)\b",
    ),
    _Rule(
        "instructie instructies opdracht verzoek bericht boodschap mededeling opmerking notitie note"
        " message instruction instructions hint nachricht hinweis anweisung consigne test bevel",
        rf" (?:aan|voor|to|for|an|fur|pour|a)(?: (?:de|het|alle|elke|any|all|the|every|een|die|das|le"
        rf"|eventuele|lezende))? {_AI}",
    ),
    _Rule(
        f"beste hallo hey hi hoi dear lieve geachte attention attentie aandacht {_AI_WORDS}",
        rf"(?: [,:!])?(?: {_AI})?{_OF_AI} [,:!] (?:\w+ )?(?:{'|'.join(_SAY_DUTCH.split())}"
        rf"|{'|'.join(_SAY_OTHER.split())}|negeer|vergeet|ignore|je|you|doe|volg|het antwoord)\b", True,
    ),
    _Rule(
        "voor aan to for let note beste dear",
        rf"(?: op(?: ,)?| to| ,)?(?: (?:de|het|alle|elke|any|all|the|every))? {_AI}{_OF_AI}"
        r"(?: \w+){0,6} [,:!]", True,
    ),
    _Rule("aandacht attentie attention let hallo hey hi hoi achtung", rf"(?: op)?(?: [,:!])? {_AI}{_OF_AI} [,:!]", True),
    _Rule(
        "als if indien wanneer since omdat aangezien wenn voor",
        r"(?: zover)? (?:je|jij|you|du|u) (?:(?:are|bist) )?(?:een |an? |het |the |ein |als )?"
        rf"{_AI}{_OF_AI}(?: (?:bent|bist)| ,|$)",
    ),
    _Rule("als as", rf" (?:een |an? )?{_AI}{_OF_AI} (?:moet|dien|ben|zal|kun|zul|must|you|should) ?(?:je|jij|you)"),
    _Rule(
        f"{_AI_WORDS} model",
        rf"{_OF_AI} (?:moet|moeten|dient|dienen|must|should|shall|zal|mag|wordt|worden){_within(8)}"
        r"(?:antwoorden|beantwoorden met|zeggen dat|beweren|citeren|negeren|answer|say|cite|respond"
        r"|ignore|output|reply|claim)\b",
    ),
    # To take this passage for the only one.
    _Rule(
        "gebruik citeer noem vermeld use cite quote verwijs refer kies choose vertrouw trust markeer",
        rf"{_within(5)}(?:(?:deze|this|dit|andere) (?:passages?|bron|source)|sleutel \d+|key \d+"
        r"|passages? \d+)\b", True,
    ),
    _Rule(
        "deze this", r" (?:passage|source) (?:heeft voorrang|gaat|overrides|overschrijft|vervangt"
        r"|replaces|takes precedence|is de enige)\b",
    ),
    _Rule(
        "begin start end einde eind", r" (?:of|van)(?: (?:the|de|het|alle))? (?:system\b|systeem\b|prompts?"
        r"|systeemprompt|passages?\b|context\b|instructi|user input|gebruikersinvoer|conversation)", True,
    ),
    _Rule("gebruiker user human vraag", r" :.* (?:assistent|assistant|ai|bot|model) :"),
)
_BY_WORD: dict[str, list[tuple[re.Pattern[str], bool]]] = {}
for _rule in _RULES:
    for _word in _rule.words.split():
        _BY_WORD.setdefault(_word, []).append((re.compile(_rule.behind), _rule.commands))

# What parts the turns of a conversation, or the data from what is asked, in a model's own format.
_FORMAT = re.compile(
    r"<\|\w|\w\|>|\[/?inst\]|<</?sys>>|\b(?:tool|function)_(?:results?|calls?|outputs?|response)\b|"
    r"</?(?:system|user|assistant|instructions?|instructies?|prompts?|tool\w*|function\w*|passages?"
    r"|context|documents?|bron|sys|think|im_start)\b[^<>]{0,60}>|"
    r"#{2,} (?:nieuwe |new )?(?:instruct|system|systeem|user|gebruiker|assistant|response|human|prompt|opdracht)|"
    r"[\"'](?:role|system|tool|function_call|instructions?|sleutel|tool_calls?)[\"']\s*:|"
    r"\[(?:systeem|system|assistant|assistent|user|gebruiker|instructie|instruction|admin)\]|"
    r"-{3,} ?(?:einde?|end|begin|start)\b|\b(?:sleutel|key)\s?:\s?\d+\s?, ?(?:tekst|text)|"
    r"^\W*(?:system|assistant|human|developer|systeemprompt|system prompt|systeembericht|systeem"
    r"instructie)\s?(?:message|note|prompt|override|update|alert|instruction)?\s?[:>\]]"
)
# Orders where nothing is left to tell words apart.
_SQUEEZED = re.compile(
    r"(?:negeer|vergeet|ignore|disregard|forget)(?:alle?|all|de|the|eerdere|vorige|voorgaande"
    r"|bovenstaande|previous|prior|je|jouw|your|any){0,5}(?:instruct|prompt|opdracht|aanwijzing)"
    r"|antwoord(?:altijd|uitsluitend|alleen|voortaan|dat)|systee?mprompt|jebentnu|youarenow"
    r"|(?:answer|respond|reply|say)(?:only|always|with|that)|(?:vergeet|negeer)alles|zegdat"
)


def addresses_machine(text: str) -> bool:
    """Whether `text`, a sentence or a few, speaks to a machine that reads it: tells it to set aside
    what it was told, to answer or cite something, to be someone else or to give away its prompt,
    or imitates the marks that part a prompt from its data.

    Sees through letters that stand apart, invisible ones and look-alikes. A command alone is no
    sign ("Zet exposoomonderzoek in"): what it speaks of is (an answer, instructions, a prompt).
    """
    readable = _readable(text)
    if _FORMAT.search(readable) or _speaks_to_machine(readable):
        return True
    if _SPACED.search(readable) is None:
        return False
    joined = _SPACED.sub(lambda run: re.sub(r"[\W_]", "", run[0]), readable)
    squeezed = "".join(filter(str.isalpha, joined))
    return _speaks_to_machine(joined) or _SQUEEZED.search(squeezed) is not None


def _readable(text: str) -> str:
    """`text` as a reader sees it: in small letters, nothing invisible, look-alikes made Latin."""
    if text.isascii():
        return text.lower()
    shown = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return fold(fold(shown).translate(_LOOK_ALIKES))


def _speaks_to_machine(readable: str) -> bool:
    tokens = _TOKEN.findall(readable)
    if _BY_WORD.keys().isdisjoint(tokens):
        return False
    plain = " ".join(tokens)
    return any(
        pattern.match(plain, end) is not None for pattern, end in _rules_met(tokens)
    )


def _rules_met(tokens: list[str]) -> Iterator[tuple[re.Pattern[str], int]]:
    """The rules that the words of a text open, each with where that word ends."""
    end, before = -1, "."
    for token in tokens:
        end += len(token) + 1
        for pattern, commands in _BY_WORD.get(token, ()):
            if not commands or before in _BEFORE_CLAUSE:
                yield pattern, end
        before = token
