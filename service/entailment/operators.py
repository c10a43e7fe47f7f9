"""Closed classes of Dutch words that decide what a sentence claims: negation, modality, scope"""

from __future__ import annotations

NEGATIONS = frozenset("niet geen nooit noch niemand niets nergens nauwelijks evenmin".split())

# Finite and other forms, as (verb, time): what is told apart is which verb, and present or past.
AUXILIARIES: dict[str, tuple[str, str]] = {
    form: (verb, time)
    for verb, present, past in (
        ("zijn", "is zijn ben bent zijnde", "was waren geweest"),
        ("worden", "wordt worden word", "werd werden geworden"),
        ("hebben", "heeft hebben heb hebt", "had hadden gehad"),
        ("zullen", "zal zullen", ""), ("zouden", "zou zouden", ""),
        ("kunnen", "kan kunnen kunt", "kon konden gekund"),
        ("moeten", "moet moeten", "moest moesten gemoeten"),
        ("mogen", "mag mogen", "mocht mochten"), ("willen", "wil willen wilt", "wilde wilden wou"),
        ("hoeven", "hoeft hoeven hoef", "hoefde hoefden"),
        ("dienen", "dient dienen dien", "diende dienden"),
    )
    for time, forms in (("present", present), ("past", past)) for form in forms.split()
}
MODALS = frozenset("zullen zouden kunnen moeten mogen willen hoeven dienen".split())

DETERMINERS = frozenset(
    """de het 't deze dit die dat een geen uw mijn zijn haar hun ons onze dergelijk dergelijke
    zulke elk elke ieder iedere alle sommige enkele enige veel weinig meer minder meeste beide
    welk welke zo'n diverse verschillende meerdere bepaalde""".split()
)
ARTICLES = frozenset("de het 't deze dit die dat".split())
PREPOSITIONS = frozenset(
    """aan achter behalve bij binnen boven buiten door gedurende in inzake jegens langs met middels
    na naar naast namens om omtrent onder ongeacht op over per rond rondom richting sinds te ten
    ter tegen tegenover tijdens tot tussen uit van vanaf vanuit vanwege via volgens voor voorbij
    wegens zonder conform krachtens ondanks""".split()
)
# Separable parts of verbs; many are prepositions elsewhere.
PARTICLES = frozenset(
    """aan af bij door in mee na om op over toe uit vast voor voort weg terug samen tegen binnen
    voorop bijeen plaats deel vooruit open neer onder""".split()
)
PRONOUNS = frozenset(
    "ik wij we zij ze hij hem haar hen hun het men u je jij jullie mij me ons zich elkaar".split()
)
# What begins a dependent clause, and what may be done with the clause.
CONDITIONS = frozenset("als indien mits tenzij wanneer zolang zodra voordat totdat mocht".split())
EMBEDDING = frozenset("dat of hoe hoeverre waarom wat wie welke alsof hoeveel".split())
REASONS = frozenset(
    "omdat doordat aangezien terwijl hoewel alhoewel ofschoon waardoor waarna".split()
)
RELATIVES = frozenset(
    """die dat wat waar waarbij waarin waarmee waarop waaraan waaruit waarover waarvan waarvoor
    waarnaar waartoe waaronder waarop waartegen wie wiens""".split()
)
PURPOSES = frozenset("zodat opdat".split())
CONJUNCTIONS = frozenset("en of maar want dus alsook evenals".split())

# Light words: they join sentences, or point to what was said before, and claim nothing.
CONNECTIVES = frozenset(
    """tegelijkertijd daarentegen ook daarom daarnaast dus echter bovendien tevens tenslotte
    namelijk immers overigens hierbij daarbij hiermee daarmee zo dan verder eveneens hiervoor
    daarvoor hierover daarover hiervan daarvan hierin daarin hieruit hieraan daaraan daardoor
    hierdoor vervolgens toch juist er ten slotte vooruitlopend daarop hierop daartoe hiertoe
    allereerst graag inderdaad wel alvast gewoon dan nu""".split()
)
# Said of what is past, they are in it anyway.
PASSED = frozenset("eerder al reeds inmiddels onlangs recent recentelijk".split())
# In a denied clause these limit what is denied.
LIMITING = frozenset("verder nu wel juist dan zo".split())

# What may not go missing on its way into a claim, nor come in.
SCOPE = frozenset(
    """alleen slechts uitsluitend enkel alle alles allen elk elke ieder iedere sommige enkele
    altijd soms vaak meestal zelden regelmatig deels gedeeltelijk geheel volledig grotendeels
    ongeveer circa bijna ruim precies minstens minimaal maximaal hoogstens hooguit uiterlijk
    tenminste tenhoogste meer minder dan beide mogelijk wellicht misschien waarschijnlijk
    vermoedelijk eventueel verwachting voornemens bijvoorbeeld behalve zonder uitgezonderd
    mits tenzij geval
    gevallen voorwaarde voorwaarden uitzondering zover afhankelijk nodig overal steeds
    onvoldoende voldoende naar tot per jaarlijks maandelijks tijdelijk voorlopig instantie
    anders niet mede ingang maximum minimum beperking voorbehoud uiterste""".split()
) | NEGATIONS
# Of these, what says something of the word behind it.
LEADING = SCOPE - frozenset(
    """verwachting voornemens geval gevallen voorwaarde voorwaarden uitzondering zover instantie
    nodig naar tot per ingang maximum minimum beperking voorbehoud""".split()
)
TOGETHER = frozenset(
    "tussen samen gezamenlijk elkaar beide zowel onderling gedeelde combinatie verbonden of".split()
)
# Adverbs and adverbial adjectives, which move freely within a clause.
ADVERBS = frozenset(
    """al nog reeds inmiddels nu momenteel thans onlangs recent recentelijk eerder later
    oorspronkelijk binnenkort vaak soms regelmatig altijd nooit meestal steeds weer opnieuw
    structureel periodiek jaarlijks actief gericht nadrukkelijk nader verder ook wel toch echter
    daarom mogelijk waarschijnlijk wellicht misschien deels grotendeels geheel volledig zeer
    heel bijzonder extra vooral met-name eerst allereerst tevens eveneens bovendien direct snel
    tijdig vroegtijdig goed voldoende onvoldoende samen gezamenlijk bijvoorbeeld zelf zelfs ten
    oorspronkelijk uitdrukkelijk expliciet medio eind begin naar toen destijds
    daarna vandaag""".split()
)
TIMES = frozenset(
    """januari februari maart april mei juni juli augustus september oktober november december
    voorjaar najaar zomer winter herfst kwartaal helft loop eind einde begin medio jaar jaren
    maand maanden week weken dag dagen periode moment tijd heden toekomst""".split()
)
REPORTING = frozenset(
    """stelt zegt concludeert constateert meldt vermeldt schrijft geeft aan benadrukt vindt acht
    concludeer constateer vind stel meen concludeerde constateerde oordeelt oordeelde
    gesteld geconcludeerd geconstateerd gemeld vermeld geschreven gegeven benadrukt geoordeeld
    stelde meldde schreef gaf oordelen melden schrijven stellen zeggen concluderen constateren
    vinden""".split()
)
# Prepositional phrases with these say more of an event, and leave it true without them.
ADDING = frozenset("over met door tussen vanuit namens via middels tijdens vanwege wegens".split())
CIRCUMSTANCES = frozenset(
    {("naar", "aanleiding"), ("in", "opdracht"), ("op", "verzoek"), ("in", "samenwerking"),
     ("in", "het", "kader"), ("in", "navolging"), ("in", "lijn"), ("in", "overeenstemming"),
     ("op", "initiatief"), ("ten", "behoeve"), ("met", "het", "oog"), ("in", "reactie"),
     ("samen", "met"), ("op", "basis", "van"), ("op", "grond", "van"), ("ten", "aanzien", "van")}
)
# Of these, what hardly says more of a noun, and so may follow one.
EVENTUAL = frozenset(
    {("naar", "aanleiding"), ("in", "samenwerking"), ("in", "navolging"), ("in", "reactie"),
     ("samen", "met"), ("middels",)}
)
# Nouns that are written with and without a capital.
TITLES = frozenset(
    """minister ministers ministerie ministeries staatssecretaris staatssecretarissen kabinet rijk
    kamer provincie provincies gemeente gemeenten regering wet commissie raad kamerbrief brief
    beslisnota nota kamerstuk rijksoverheid overheid""".split()
)
