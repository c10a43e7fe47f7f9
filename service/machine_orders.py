"""What a sentence tells a machine that reads it to do: to forget, to answer, to cite."""

from __future__ import annotations

from service.machine_words import (
    AI,
    AI_WORDS,
    ANSWER,
    COMMANDS,
    CONVERSATION,
    EACH,
    EARLIER,
    FORGET,
    OF_AI,
    ONLY,
    ORDERS,
    SAY_DUTCH,
    SAY_OTHER,
    USER,
    YOUR,
    Rule,
    within,
)

TOLD = (
    Rule(COMMANDS, rf"(?: [\w,]+){{0,15}}? {CONVERSATION}", True),
    Rule("vergeet forget", rf"(?! niet\b)(?: [\w,]+){{0,15}}? {CONVERSATION}", True),
    # To set aside what it was told.
    Rule(FORGET, rf"(?! niet\b){within(6)}{ORDERS}"),
    Rule(
        FORGET,
        rf"(?! niet\b){within(3)}(?:{EARLIER}|alles|everything|hierboven|de vra|the question)",
        True,
    ),
    Rule(
        "negeer ignore gebruik use vertrouw trust",
        rf"{within(3)}(?:andere|other|overige) (?:passages?|bronnen|sources|documents"
        r"|documenten)\b", True
    ),
    Rule(
        "eerdere vorige voorgaande bovenstaande oorspronkelijke previous prior jouw je your",
        rf"{within(2)}(?!aanwijzing ){ORDERS}{within(8)}(?:negeren|genegeerd|vergeten"
        r"|vervallen|ongeldig|ignored|disregarded|void|invalid|no longer|superseded|niet"
        r" langer)\b",
    ),
    Rule(
        "volg voer follow obey execute befolge suivez",
        rf"{within(3)}{ORDERS}{within(3)}(?:in plaats van|instead|niet\b)", True,
    ),
    Rule(
        "nieuwe new updated gewijzigde geheime secret hidden verborgen urgente",
        r" (?:systeem ?|system )?(?:instructies?|instructions?|prompt|opdracht)\b(?: \w+){0,3} :",
        True,
    ),
    # To answer, say or cite something.
    Rule(
        "antwoord beantwoord reageer",
        rf" (?:{ONLY}|(?:nu|dat|met|als|in het|exact|letterlijk|vanaf) |deze vraag|(?:op"
        rf" )?(?:{EACH}|deze) vra\w+(?: \w+){{0,3}} (?:met|dat|als|in)\b)", True,
    ),
    Rule(
        "answer respond reply",
        rf" (?:{ONLY}|with|that|in|to|as|by|the|this|yes|no|{EACH}|exactly)\b", True,
    ),
    Rule("antworte reponds repondez", " ", True),
    Rule("antworten", " sie ", True),
    Rule(
        "say cite quote claim tell output print repeat translate summarize summarise",
        rf" (?:{ONLY}|that|the|this|him|her|them|it|back|exactly|passage|everything|all|your"
        r"|yes|no)\b", True,
    ),
    Rule(
        "zeg beweer herhaal citeer",
        rf" (?:{ONLY}|dat|tegen|de volgende|het volgende|passage|bron|exact|letterlijk|niets|in"
        r" plaats|als|steeds|hierboven|bovenstaande|de tekst|de hele|alles|hem|haar)\b", True,
    ),
    Rule(
        f"{SAY_DUTCH} {SAY_OTHER}",
        rf"{within(12)}(?:in|als|as|aan|to|met|en|dans|zu|from|uit|van) (?:{YOUR}|{EACH})(?:"
        rf" \w+)? {ANSWER}", True,
    ),
    Rule(
        f"{SAY_DUTCH} {SAY_OTHER}",
        rf"{within(6)}(?:{YOUR}|{EACH})(?: (?:volgende|next|own|eigen))? {ANSWER}", True,
    ),
    Rule(
        "zeg vertel noem toon geef schrijf beweer citeer tell say show give write inform warn"
        " ask verwijs send redirect waarschuw",
        rf"{within(8)}{USER}", True,
    ),
    Rule(
        "jouw your",
        rf"{within(2)}(?:{ANSWER}|taak|opdracht|rol|task|role|job|goal|mission)(?: op \w+"
        r" \w+)? (?:moet|dient|begint|bevat|bestaat|luidt|must|should|shall|has to|will|is"
        r"|consists|begins|starts|:|altijd|always)",
    ),
    Rule(
        "je",
        rf" (?:(?:volledige|volgende|eerstvolgende|hele|nieuwe|enige) )?(?:{ANSWER}|taak"
        r"|opdracht) (?:moet|dient|begint|bevat|bestaat|luidt|is (?:nu|voortaan|om)|altijd|:)",
    ),
    Rule(
        "op bij to auf for",
        rf" {EACH}(?: \w+)? (?:vraag|vragen|questions?|fragen?)(?: ,)? (?:(?:antwoord|zeg)"
        r" (?:je|met|dat|ja|nee)|moet je|dien je|is altijd|luidt|is always|answer|say|respond"
        r"|reply|you)\b",
    ),
    Rule(
        "elke iedere alle every any all",
        rf"(?: \w+)? (?:vraag|vragen|questions?){within(4)}(?:(?:worden )?beantwoord"
        r"|answered)(?: te)?(?: worden)? (?:met|with) (?:het|de|the|een|a|ja|nee)\b",
    ),
    Rule(
        "als wanneer indien zodra if when whenever wenn falls si quand",
        r"(?: [\w,]+){0,14}? (?:vraagt|vragen|gevraagd|asks?|asked|fragt|gefragt|demande)(?:"
        r" [\w,]+){0,14}? (?:(?:, |dan )(?:antwoord|zeg|beweer|citeer|herhaal)\b(?! (?:ik|wij"
        r"|we)\b)|(?:you )?(?:answer|say|respond|reply|tell them|antworte|reponds)\b)",
    ),
    Rule(
        "bij when while wanneer als",
        r"(?: het| je| you| u)? (?:samenvat\w+|summari[sz]\w+|quoting|citing|citeren"
        r"|answering|antwoorden)(?: \w+){0,4} (?:deze|dit|this|these|questions?)\b",
    ),
    Rule("antwoord zeg beweer citeer herhaal reageer", r" (?:je|jij)\b(?! (?:u|zelf)\b)"),
    Rule("je jij", r" (?:antwoordt|citeert|beweert|herhaalt|negeert)\b"),
    Rule(
        "je jij you",
        r" (?:moet|dient|mag|zult|must|should|shall|will|are to|have to|need"
        rf" to){within(8)}(?:antwoorden|zeggen dat|beweren|citeren|herhalen|negeren|answer|say"
        r"|respond|reply|cite|quote|repeat|ignore|disregard|claim|reveal|tell|pretend|act|obey"
        r"|follow|mention|refuse|output)\b",
    ),
    Rule(
        "do never nooit",
        r"(?: not)? (?:mention|reveal|answer|tell|cite|say|disclose|quote|respond|refuse"
        r"|follow|use)\b", True,
    ),
    Rule("weiger stop stopt", rf"{within(8)}(?:beantwoorden|antwoorden|answering)\b", True),
    Rule("vat", rf"{within(2)}(?:brief|tekst|document|passage|letter){within(3)}samen\b", True),
    Rule("geef noem zeg citeer antwoord", r" als kenmerk\b", True),
    Rule(
        "het de the",
        r" (?:enige|juiste|correcte|only|correct|right)(?: \w+)? (?:antwoord|answer)(?:"
        r" (?:op|to)(?: \w+){1,4}?)? (?:luidt|:|(?:is|are) (?:altijd|always|ja|nee|yes|no"
        r"|:))",
    ),
    Rule(
        "vragen vraag questions question",
        rf"{within(4)}(?:moet|moeten|dient|dienen|must|should){within(2)}(?:met|with"
        rf"|door){within(5)}(?:beantwoord|answered)\b",
    ),
    Rule(
        "antwoorden answers",
        rf"{within(5)}(?:beginnen|eindigen|begin|end) (?:altijd|steeds|always)\b"),
    Rule(
        "deze this dit",
        r" (?:passage|citaat|sentence) (?:beantwoordt|answers|is het antwoord)\b"),
    Rule(
        "deze dit this",
        r" (?:\w+ )?(?:zin|tekst|passage|alinea|instructie|boodschap|bericht|sentence|text"
        r"|message) (?:is|zijn|are) (?:alleen |uitsluitend |only )?(?:bedoeld|bestemd"
        r"|geschreven|meant|intended) (?:voor|for)(?: \w+)? (?:computers?|machines?"
        rf"|software|modellen|{AI})",
    ),
    Rule(
        "u je jij",
        r" (?:bent|dient als|fungeert als|treedt op als|werkt als)(?: (?:een|de|het))?"
        r" (?:computerprogramma|computer|chatgpt|taalmodel|(?!assistent|ai (?!model"
        rf"|assistent|systeem|chatbot)){AI})",
    ),
    Rule("u je jij", rf" (?:antwoordt|citeert) {ONLY}"),
    Rule("je jij", rf"{within(8)}(?:samen te vatten|samenvatten)\b"),
    Rule(
        "opdracht opdrachten instructie instructies prompt passages instructions regels",
        r" die (?:je|jij|jou|you)\b",
    ),
    Rule(
        "wat what alles everything",
        r" (?:je|jou|you)(?: \w+){0,3} (?:verteld|opgedragen|told)\b"),
    Rule("you", r" (?:were|have been) (?:told|given|instructed)\b"),
    Rule("dir t", r" (?:gesagt|a dit|aufgetragen|a ete dit)\b"),
    Rule("du", rf"{within(3)}(?:antwortest|ignorierst)\b"),
    Rule("antwortest antwortet", r" du\b"),
    Rule("tu", r" (?:reponds|ignores|dois|es)\b"),
    Rule(
        "je jouw your mijn my",
        r" (?:instructies|instructions|veiligheidsregels|ontwikkelaar|developer|creator"
        r"|guardrails)\b",
    ),
    Rule(
        "new nieuwe your je jouw",
        r" (?:task|taak|opdracht|rol|role|goal) (?::|is gewijzigd|has changed)"),
    Rule("prompt systeemprompt", r" :", True),
    Rule("instructie instruction opdracht", rf" : (?:{'|'.join(COMMANDS.split())})\b", True),
    Rule(
        "opdracht instructie bericht boodschap",
        r" (?:aan|voor) (?:het|dit|elk) (?:systeem|model) :"),
    Rule("laat", rf" {USER} (?:niet )?(?:weten|geloven|denken|inloggen|klikken)\b", True),
    Rule("now nu", r" (?:answer|say|respond|write|output)\b", True),
    Rule("systeemprompt systemprompt", ""),
    Rule("system prompt", r" (?:prompts?|systeme)\b"),
    Rule(
        "kunstmatige artificiele artificial",
        rf" (?:intelligentie|intelligence)(?: (?:die|that)(?: \w+){{1,5}})? (?:moet|dient|zal"
        rf"|must|should|:|,){within(6)}(?:(?:te )?antwoorden (?:dat|met|ja|nee)|zeggen dat"
        r"|citeren|answer|say|respond|zeg|antwoord)\b",
    ),
    Rule(
        "voor aan to for door",
        r" (?:de |het |alle |all |the )?(?:kunstmatige intelligenties?|computers|machines"
        r"|computerprogramma s|artificial intelligence|modellen|systemen|software) (?:die"
        r"|dat|that|which) (?:dit|deze|this)\b",
    ),
    Rule(
        f"{AI_WORDS} zoekmachine",
        rf"{OF_AI} (?:(?:antwoordt|zegt|citeert|negeert|answers|says) {ONLY}|(?:geeft"
        rf"|gives) {ONLY} (?:antwoord|als|answers?))",
    ),
    Rule(
        f"{AI_WORDS} zoekmachine model modellen",
        rf"{OF_AI}(?: die (?:dit|deze)(?: \w+){{1,3}})? (?:moet|moeten|dient|dienen|must"
        rf"|should){within(6)}(?:deze passage|this passage|genegeerd|geciteerd|kenmerk)\b",
    ),
    Rule(
        "moet moeten dient dienen must should",
        rf"{within(4)}(?:door|by)(?: (?:de|het|een|the|an))? {AI}{within(4)}(?:genegeerd"
        r"|geciteerd|herhaald|ignored|cited|repeated)\b",
    ),
    # Told in other ways.
    Rule(
        "wees verzin herschrijf simuleer doe bedenk ga",
        rf"{within(12)}(?:het antwoord|de gebruikers?|de passages?|the (?:answer|user))\b", True,
    ),
    Rule("verzin fantaseer hallucineer", " ", True),
    Rule(
        "geef noem toon vermeld beantwoord citeer",
        r" geen (?:bronnen|bronvermelding(?:en)?|kenmerk|antwoord|vragen|citaten)\b", True,
    ),
    Rule(
        "laat",
        r" (?:de |alle )?(?:bronvermelding(?:en)?|citaten|bronnen) (?:weg|achterwege)\b", True),
    Rule(
        "voer execute run call roep invoke",
        r" (?:de |het |the |a |een |deze |this )?(?:volgende |following )?(?:opdracht|instructie"
        r"|code|commando|command|functie|function|tool|script)\b", True,
    ),
    Rule("haal fetch laad load download", r" https?\b", True),
    Rule("spreek", r" (?:voortaan|alleen|uitsluitend|nu|in het|engels|duits|frans)\b", True),
    Rule("je jij", rf" (?:mag|moet|zult|dient){within(4)}(?:spreken|liegen|verzinnen|weigeren)\b"),
    Rule("je jij", r" bent (?:vrij om|verplicht om ja)\b"),
    Rule("als", r" model (?:ben|moet|dien|mag|kun) (?:je|jij|u)\b"),
    Rule(
        "u je jij",
        r" (?:moet|dient|bent|kunt|mag) als (?:een |het )?(?:ai (?:model|assistent|systeem"
        r"|chatbot)|taalmodel|chatbot|language model|model)\b",
    ),
    Rule("beste he hallo hey hoi hi", rf" {AI}{OF_AI}(?: [,.:!]|$)"),
    Rule(
        "chatgpt copilot gpt gemini claude",
        r" (?:, (?:je|jij|you|wat|zeg|antwoord|geef|citeer|negeer)\b|moet (?:deze|dit)|must"
        r"|should|dient (?:deze|dit))"),
    Rule(
        "deze andere overige other this all alle",
        r"(?: (?:andere|other|overige))? (?:passages?) (?:zijn|is|are)(?: (?:alle|allemaal"
        r"|all))? (?:nep|fake|onjuist|vals|onbetrouwbaar|betrouwbaar|leidend|ongeldig|false"
        r"|wrong|untrusted|reliable|verouderd|outdated)\b",
    ),
    Rule("systeeminstructie systeeminstructies systeemberichten systeemopdracht", ""),
    Rule(
        "bericht instructie boodschap opdracht message instruction",
        r" (?:van|from) (?:(?:je|jouw|your) \w+|openai|anthropic|(?:de |the )?(?:ontwikkelaars?"
        r"|developers?|beheerders?) (?:van|of) (?:dit|deze|this) (?:systeem|system|model|ai"
        r"|assistent|chatbot))\b",
    ),
    Rule(
        "gebruikers gebruiker iedereen wie users anyone",
        rf"(?: (?:die|who|that))?{within(6)}(?:vragen|vraagt|asks?|asking)(?: [\w,]+){{0,8}}?"
        r" (?:(?:krijgt?|krijgen) als antwoord|must be told|should be told)\b",
    ),
    Rule("whatever regardless", rf"{within(3)}(?:question|asked|user)\b"),
    Rule("the", r" (?:user|assistant|ai|language model) (?:is|must|should|has|wants|asked|will)\b"),
    Rule("the", r" answer (?:is always|must|should|to (?:every|any|all))\b"),
    Rule("comply rely", r" (?:with|on) (?:the|this|these|my|only)\b", True),
    Rule(
        "opdracht opdrachten instructie instructies prompt",
        r" (?:heb|kreeg|had|hebben) (?:je|jij)\b"),
    Rule("je jij", r" (?:kreeg|krijgt|ziet|leest) (?:hierboven|hiervoor|hierna)\b"),
    Rule("ignoriere vergiss wiederhole ignorez oubliez missachte", " ", True),
    Rule("gib gebe", r" (?:als antwort|mir|deinen|deine|immer|nur)\b", True),
    Rule("sprichst antwortest bist sagst", r" du\b"),
    Rule("tiens tenez", r" (?:pas )?compte\b"),
    Rule(
        f"{AI_WORDS} model",
        rf"{OF_AI} (?:instructies?|opdracht|bericht|prompt|notes?|hint|commando|melding"
        r"|override) :",
    ),
    # To take this passage for the only one.
    Rule(
        "gebruik citeer noem vermeld use cite quote verwijs refer kies choose vertrouw trust"
        " markeer",
        rf"{within(5)}(?:(?:deze|this|dit|andere) (?:passages?|bron|source)|sleutel \d+|key \d+"
        r"|passages? \d+)\b", True,
    ),
    Rule(
        "deze this",
        r" (?:passage|source) (?:heeft voorrang|gaat|overrides|overschrijft|vervangt"
        r"|replaces|takes precedence|is de enige)\b",
    ),
    Rule(
        "begin start end einde eind",
        r" (?:of|van)(?: (?:the|de|het|alle))? (?:system\b|systeem\b|prompts?|systeemprompt"
        r"|passages?\b|context\b|instructi|user input|gebruikersinvoer|conversation)", True,
    ),
    Rule("gebruiker user human vraag", r" :.{0,300}? (?:assistent|assistant|ai|bot|model) :"),
)
