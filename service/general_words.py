"""Words that may be asked of any programme, pilot or study: "Wie voert het uit?"."""

from __future__ import annotations

from index.analyser import stem

# What a question may say besides the noun without saying which one it means.
OF_ANYTHING = frozenset(
    stem(word)
    for word in """loopt lopen duurt duren kost kosten betaalt betalen betaald bekostigt financiert
    gefinancierd voert uitgevoerd uitvoert uitvoering gestart start startte begint begon begonnen
    eindigt stopt gestopt afgerond klaar gereed afgelopen geevalueerd verantwoordelijk betrokken
    deelneemt deelnemen meedoet concludeert concludeerde conclusie conclusies vraagt vroeg verzoekt
    verzocht zegt zei stelt adviseert adviseerde aanbeveelt beveelt aanbevelingen oplevert
    opgeleverd
    bereikt bereiken beoogt werkt houdt heet leidt leden zit zitten ingediend diende aangenomen
    verworpen afgedaan uitgebracht gepubliceerd verschijnt verschenen verscheen opgericht ingesteld
    coordineert trekker minister staatssecretaris kabinet kamer ministerie regering geld looptijd
    afloop afloopt einde begin datum naam doel doelen inhoud resultaat resultaten uitkomst
    uitkomsten stand zaken jaar lang vervolg eruit inhoudt precies nieuw nieuwe
    voorzitter
    chair chairs run runs last cost costs pay pays paid finance financed funded carry carries start
    carried
    started begin began end ends ended finished completed evaluated responsible involved take part
    conclude concludes conclusion conclusions ask asks asked say says said recommend recommends
    recommendations deliver delivered achieve aim purpose goal result results called name lead leads
    members published set founded minister cabinet government money long year out""".split()
)
