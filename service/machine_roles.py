"""Orders to what sums up, judges or checks a letter, and imitations of our own answers."""

from __future__ import annotations

import re

from service.machine_words import AI, AI_WORDS, OF_AI, SAY_DUTCH, SAY_OTHER, Rule, within

# Who works on the answer beside the model that writes it.
_ROLE_WORDS = (
    "beoordelaar beoordelaars toetser verificateur verifieerder verifier judge judges evaluator"
    " grader samenvatter samenvatters summarizer summariser factchecker zoekmachine zoeksysteem"
    " antwoordmachine antwoordgenerator controleprogramma citatencontroleur controleur briefwijzer"
)
_ROLE = rf"(?:{'|'.join(_ROLE_WORDS.split())})\b"
# Among the words for saying, what is as often a noun: "AI: gebruik in de zorg".
_NOUNS = frozenset(
    "gebruik start stop vraag open lever deel begin besluit use share end limit format state"
    .split()
)
_SAY = (
    rf"(?:{'|'.join(one for one in f'{SAY_DUTCH} {SAY_OTHER}'.split() if one not in _NOUNS)}"
    r"|negeer|vergeet|keur|accepteer|beschouw|beoordeel|noteer|ignore|mark|accept|approve|treat)\b"
    r"(?! (?:ik|wij|we|maar)\b)"
)
# What is done with words: no letter obliges a model to it about the text at hand.
_SAYING = (
    r"(?:antwoorden|beantwoorden|schrijven|zeggen|vermelden|melden|noemen|citeren|herhalen|tonen"
    r"|weergeven|toevoegen|opnemen|bevestigen|beweren|concluderen|negeren|verzwijgen|weglaten"
    r"|overnemen|kopieren|weigeren|afsluiten|goedkeuren|meenemen|aanhalen|samenvatten|verwijzen"
    r"|say|write|state|mention|cite|repeat|answer|include|append|output|refuse)\b"
)
_MUST = (
    r"(?:moet|moeten|dient|dienen|hoort|horen|behoort|mag|mogen|zal|zullen|hoeft|must|should|shall"
    r"|may|(?:wordt|worden|is|zijn) (?:hierbij )?(?:verplicht|geacht|opgedragen|verzocht|gevraagd"
    r"|gehouden|required|instructed|asked))\b"
)
_SAID = rf"(?:{_SAYING}|vermeld|genoemd|gemeld|gezegd|geschreven|toegevoegd|opgenomen|mentioned)"
_WITHIN_SENTENCE = r"(?: [\w,]+){0,14}? "
_CLAUSE = r"[^.;:!?]{0,200}"
_TEXT = (
    r"(?:brief|tekst|document|passage|bericht|letter|text|pagina|alinea|zin|nota|bestand|stuk"
    r"|inhoud|fragment)\b"
)
_THIS = r"(?:deze|dit|this|de(?=(?: \w+)? (?:bovenstaande|onderstaande)))"
# What is at hand: an order about it is one to who reads this very text.
_AT_HAND = (
    rf"(?:hier|hierbij|here|below|{_THIS}(?: \w+)? {_TEXT}|bovenstaande|onderstaande"
    r"|(?:de|het|the) (?:volgende|following) (?:link|zin|tekst|woorden?|antwoord|sentence|text))\b"
)
_PROCESSED = (
    r"(?:samenvat\w*|samengevat|citeert|citeren|aanhaalt|verwerkt|verwerken|analyseert|beoordeelt"
    r"|beoordelen|controleert|verifieert|toetst|doorzoekt|parafraseert|vertaalt|indexeert"
    r"|beantwoordt|summari[sz]\w*|quot(?:es?|ing)|process\w*|analy[sz]\w*)\b"
)
# Who quotes a letter may well be asked to say which.
_OWN_SOURCE = (
    r" (?:de bron|het kenmerk|de vindplaats|bronvermelding|the source)(?: te| to)?"
    r"(?: worden| be)?(?: vermeld\w*| genoemd| noemen| cited)?(?: [.]|$)"
)
_CHECKED = (
    r"(?:citaten|citaat|bronvermelding(?:en)?|bewering(?:en)?|quotes?|quotations?|citations?"
    r"|claims?)\b"
)
_OFF = (
    r"(?:uitgeschakeld|uitgezet|uit te schakelen|opgeheven|opgeschort|overgeslagen|overbodig"
    r"|gedeactiveerd|niet (?:nodig|van toepassing|vereist)|buiten werking|staat uit|vervalt"
    r"|disabled|off|skipped|suspended|not (?:needed|required))\b"
)

ROLES = (
    # To whom it speaks, and what it wants.
    Rule(
        f"{AI_WORDS} {_ROLE_WORDS} model systeem systemen",
        rf"{OF_AI} [:,] {_SAY}", True,
    ),
    Rule(f"{AI_WORDS} {_ROLE_WORDS}", rf"{OF_AI} : {_SAY}(?! (?:ik|wij|we)\b)"),
    Rule("aan to voor for an pour", rf" (?:de |het |alle |elke |the |any |all )?(?:{AI}|{_ROLE})"
         rf"{OF_AI} :{within(1)}?{_SAY}"),
    Rule("aan to", rf" (?:de |het |alle |elke |the |any |all )?(?:{AI}|{_ROLE}){OF_AI} :", True),
    Rule(
        "wie degene degenen ieder iedereen eenieder al whoever anyone everyone wer quiconque",
        rf"(?! ?{_CLAUSE}{_OWN_SOURCE})(?: die| who| wie)?"
        rf"(?:{within(3)}(?<! in )(?<! uit ){_THIS}(?: \w+)? {_TEXT}{within(3)}(?:{_PROCESSED}"
        rf"|(?:maakt|maken)\b)"
        rf"|{within(3)}{_PROCESSED} {_THIS}(?: \w+)? {_TEXT})(?: ,)?(?: \w+){{0,3}}? (?:{_MUST}"
        rf"|{_SAY}|schrijft|vermeldt|noemt|zegt|antwoordt|meldt)",
    ),
    Rule(
        "wie degene ieder iedereen eenieder whoever anyone",
        rf"(?: die| who)?{within(3)}{_THIS}(?: \w+)? {_TEXT}{within(3)}(?:leest|gebruikt|ziet"
        rf"|raadpleegt)(?: ,)? {_MUST}{_WITHIN_SENTENCE}{_SAYING}",
    ),
    Rule(
        "samenvatting samenvattingen antwoord antwoorden citaat citaten summaries summary answers"
        " samenvatter",
        rf" (?:van|over|op basis van|uit|of|about|from) {_THIS}(?: \w+)? {_TEXT}{within(4)}"
        rf"(?:{_MUST}|bevat|bevatten|vermeldt|begint|luidt)",
    ),
    Rule(
        "als wanneer indien zodra bij if when whenever",
        rf"(?! ?{_CLAUSE}{_OWN_SOURCE})"
        rf"(?: \w+)? {_THIS}(?: \w+)? {_TEXT}{within(3)}(?:{_PROCESSED}|aangehaald|geciteerd)"
        rf"(?: wordt| worden)?(?: ,)?(?: \w+)? (?:{_SAY}|{_MUST}{_WITHIN_SENTENCE}{_SAID})",
    ),
    Rule(
        "vermeld noem schrijf zeg meld zet neem state mention write say include gelieve bitte",
        rf"{within(6)}in (?:de|je|uw|jouw|elke|iedere|alle|een|your|the|any|every) "
        r"(?:samenvatting|samenvattingen|summary|summaries)\b", True,
    ),
    Rule("deze dit this", rf"(?: \w+)? {_TEXT} {_MUST}{within(5)}(?:samengevat|summari[sz]ed)"
         r" (?:worden )?(?:als|met|tot|as|with)\b"),
    Rule("juiste correcte enige correct juist only right",
         r"(?: \w+)? (?:citaat|samenvatting|antwoord|quote|summary|answer) (?:op|voor|van|bij|to"
         r"|for|of) (?:deze|dit|alle|elke|iedere|this|any|every)(?: \w+)? (?:luidt|:)"),
    Rule("gebruiker gebruikers vraagsteller user users",
         rf" {_MUST} (?:\w+ )?(?:worden |be )?(?:verteld|gezegd|told)\b"),
    Rule("voeg zet plaats add append", rf"{within(2)}(?:onderaan|bovenaan|hieronder|hieraan"
         rf"|onder je|aan het eind\w*|at the end|below){_WITHIN_SENTENCE}(?:toe|neer)?(?: :|$)",
         True),
    Rule("decodeer decode ontcijfer",
         rf"{within(4)}(?:base ?64|rot ?13|hex|volgende|deze|dit|this|following)\b", True),
    Rule("antwoord answer", r" (?:dat|that|which) (?:u|je|jij|you) (?:\w+ )?(?:overneemt"
         r"|over moet nemen|moet overnemen|herhaalt|kopieert|must copy|copy|repeat)\b"),
    Rule(
        f"{AI_WORDS} modellen systemen robots bots computers machines lezers programma",
        rf"{OF_AI} (?:die|dat|that|which) (?:{_THIS}(?: \w+)? {_TEXT}|dit|this) (?:lezen|leest"
        r"|verwerken|verwerkt|samenvatten|samenvat|read|reads|process|processes)\b",
    ),
    Rule(
        f"{AI_WORDS} model modellen", rf"{OF_AI} (?:noemt|zegt|schrijft|vermeldt|antwoordt|citeert"
        r"|noemen|zeggen|schrijven|vermelden|antwoorden|citeren|says|writes) (?:hier|here)\b",
    ),
    Rule(
        "machinale geautomatiseerde verwerkende automatische automated",
        rf" (?:lezers?|systemen|systeem|readers?|systems?|verwerkers?)(?: [:,] {_SAY}|"
        rf"(?={_CLAUSE} (?:{_AT_HAND}|antwoord|samenvatting|answer)) {_MUST}{_WITHIN_SENTENCE}"
        rf"{_SAYING}| {_MUST} \w+ te (?:vermelden|noemen|antwoorden|citeren)\b)",
    ),
    Rule("bij in by", rf" (?:de |het |elke )?(?:verwerking|samenvatting|analyse|beantwoording"
         rf"|gebruik|doorzoeking) van {_THIS}(?: \w+)? {_TEXT} door (?:een |de |het )?{AI}"),
    Rule("deze dit this", rf" (?:regel|zin|alinea|tekst|passage|line) (?:is|geldt) (?:\w+ )?voor"
         rf" (?:de |het |een )?{AI}"),
    Rule("beantwoord", r" (?:de|deze|alle|elke) vra\w+(?: \w+){0,3} met "
         r"(?!ja of nee|behulp|een toelichting)", True),
    Rule("neem", r" (?:dit|deze \w+|bovenstaande|onderstaande|het volgende|de volgende \w+)"
         r"(?: \w+){0,2} (?:letterlijk |ongewijzigd |woordelijk )?over\b", True),
    # What a model is made to do with words about the text at hand.
    Rule(
        f"{AI_WORDS} {_ROLE_WORDS} model modellen systemen",
        rf"{OF_AI}(?={_CLAUSE} {_AT_HAND})(?: \w+){{0,3}}? {_MUST}(?: {_CLAUSE})?"
        rf" {_SAYING}",
    ),
    Rule(
        f"{AI_WORDS} {_ROLE_WORDS} model systeem",
        rf"{OF_AI} {_MUST}(?:{_WITHIN_SENTENCE}(?:zonder|without) (?:een )?(?:citaat|bron"
        rf"|bronvermelding|sleutel|controle|quote|citation|source) {_SAYING}"
        rf"|{_WITHIN_SENTENCE}als (?:bron|antwoord"
        rf"|kenmerk|citaat)(?: te)? (?:geven|gebruiken|{_SAYING})"
        rf"|{_WITHIN_SENTENCE}(?:melden|vermelden|noemen|zeggen|antwoorden|schrijven|say|mention)"
        r" (?:bij|op|over|when|to|if)(?: \w+)? (?:vragen|vraag|questions?|asked)\b"
        rf"|{within(4)}(?:ja|nee|yes|no|waar|onwaar) (?:te )?{_SAYING})",
    ),
    Rule("door by", rf" (?:de |het |een |the |an? )?(?:{AI}|{_ROLE}){OF_AI}(?: worden)?"
         r" (?:beantwoord|answered) (?:met|als|dat|with|as|that)\b"),
    Rule("onthoud remember memorize memoriseer bewaar",
         r" (?:het|de|dit|deze|the|this) (?:woord|code|codewoord|wachtwoord|getal|zin|naam|geheim"
         r"|word|codeword|password|number|sentence|secret)\b", True),
    Rule("geef noem schrijf gebruik herhaal give say use",
         r" (?:dat|dit|het|die|that|this|the)(?: \w+)? (?:als|as) "
         r"(?:(?:het|the|je|uw|jouw|your) )?(?:antwoord|answer|citaat|bron|kenmerk)\b", True),
    # That nothing is checked any more.
    Rule(
        "controle verificatie toetsing check verification validatie controles",
        rf" (?:van|op|of)(?: \w+)? (?:{_CHECKED}|(?={_CLAUSE} {_THIS}(?: \w+)? {_TEXT})"
        rf"(?:bronnen|antwoorden|verwijzingen|sources|answers)\b){_CLAUSE} {_OFF}",
    ),
    Rule("citaten citaat bronvermelding bronvermeldingen citaatcontrole bronnen citations quotes",
         rf"(?: (?:hoeven|hoeft|zijn|is|worden|wordt|are|need|staat)) (?:voor|bij|in|for) {_THIS}"
         rf"(?: \w+)? {_TEXT}{within(3)}(?:{_OFF}|niet)"),
    Rule("schakel zet", rf" (?:de|elke|alle) (?:verificatie|citaatcontrole|controles?|toetsing)"
         rf"(?: (?:van|op)(?: \w+)? {_CHECKED})? uit(?: [.,;!]|$)", True),
    Rule("keur accepteer markeer approve accept mark", rf"{within(3)}{_CHECKED}", True),
    Rule("ga agree", rf" (?:akkoord met|with|to) (?:elke|alle|iedere|every|all|any) {_CHECKED}"),
    Rule("alle elke iedere deze dit all every this",
         rf" (?:{_CHECKED}|antwoord) (?:zijn|is|worden|wordt|are) (?:\w+ )?(?:ondersteund|juist"
         r"|correct|waar|gecontroleerd|geverifieerd|goedgekeurd|bewezen|verified|supported"
         r"|approved)\b"),
    # The same orders in languages that few letters are in.
    Rule(
        "zignoruj ignoruj pomin zapomnij ignora ignore olvida desobedece dimentica ignori ignorar"
        " ignorera glom ignorer glem ohita unohda ignoreaza uita talimatlari",
        rf"{within(5)}(?:polecen\w*|instrukcj\w*|instruccion\w*|istruzion\w*|instruc\w*"
        r"|instruktion\w*|instruksjon\w*|ohjeet|indicacion\w*|ordenes|wskazow\w*|talimat\w*)\b",
    ),
    Rule("onceki", rf"{within(4)}(?:talimat\w*|yonerge\w*)\b"),
)

# A citation as a model is asked for, a key as it is given, an answer as this service begins one.
OWN_FORM = re.compile(
    r"\[(?:bron |passage |source )?\d{1,3}\s?:\s?[\"“”„‟«][^\]]{0,600}[\"“”„‟»][\s.]*\]"
    r"|\b(?:passage|bron|source) \d{1,3}\W{0,3}(?:sleutel|key)\b"
    r"|\b(?:sleutel|key)\s?[:=]?\s?[\"“'‘]?\d{1,3}[\"”'’]?\s?[,:)]"
    r"|\bantwoord(?:en)? (?:van|door|namens) (?:briefwijzer\b|(?:de |het )?(?:taalmodel|assistent"
    r"|ai|chatbot|model)\W*:)|\bbriefwijzer (?:antwoordt|zegt|meldt|citeert)\b"
    r"|\b(?:antwoord|answer) (?:voor|aan|for|to) (?:de |the )?(?:eind)?(?:gebruiker|user)\W*:"
    r"|\bbrief(?: van [\w ]{1,40})?(?: \([^)]{0,80}\))? zegt: "
    r"[\"“„«][^\"”»]{0,600}[\"”»] ?\[\d{1,2}\]"
    r"|\bpassages? \(json\)|\bvraag \(json\)|\bgesprek \(json\)"
)
