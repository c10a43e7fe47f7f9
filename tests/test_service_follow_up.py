"""Second questions in a conversation: what goes on with the first, and what begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prompts import render
from service.choosing import is_clarification, settled
from service.contract import AskRequest, AskResponse
from service.follow_up import leans
from service.letters_described import naming_letter
from service.library import LettersLibrary, open_library
from service.question import Turn, is_out_of_scope, understand
from tests.conftest import must_end

EXPOSOME = "Welke aanbevelingen doet de Gezondheidsraad over exposoomonderzoek?"
PILOTS = "Welke pilots zijn er met de GGD gestart?"
EMISSIONS = "Wat verandert er door de herziene Richtlijn Industriële Emissies?"
PHARMACY = "Welke hobbels zijn er bij het invoeren van het farmacogenetisch profiel?"
PROGRAMME = "Wat is het Impulsprogramma Chemische Stoffen?"
ANSWERS = {
    EXPOSOME: "De Gezondheidsraad adviseert om het onderzoek naar het exposoom te volgen.",
    PILOTS: "Er zijn twee pilots gestart met de GGD.",
    EMISSIONS: "De richtlijn verplicht bedrijven tot strengere grenswaarden.",
    PHARMACY: "Apothekers krijgen geen vergoeding.",
    PROGRAMME: "Met het Impulsprogramma wordt kennis vergroot.",
}
NEW_SUBJECTS = {
    EXPOSOME: [
        "Wat is er besloten over asbest?", "Wat gebeurt er met asbest?",
        "Wordt er geld vrijgemaakt voor asbestdaken?",
        "Welke maatregelen worden er genomen tegen geluid?", "Hoe wordt het toezicht verbeterd?",
        "Wat wordt er gedaan tegen uitstoot?", "Is er subsidie voor omwonenden?",
        "Zijn er risico's voor omwonenden?", "Wat doet het kabinet aan hittestress?",
        "Hoe gaat het met Schiphol?", "Wat zijn ZZS?", "Wat is WGS?",
        "Wie is verantwoordelijk voor de omwonenden?", "Hoeveel vergunningen zijn er?",
        "Klopt het dat asbest gevaarlijk is?", "Worden er apothekers betaald?",
        "Wat gebeurt er rond Chemelot?", "Hoe wordt het water beschermd?",
        "Is there a subsidy for residents?", "What happens with asbestos?",
        "Wat staat er over drones?", "Wordt er onderzoek gedaan naar huidkanker?",
        "Zijn er afspraken met Duitsland over grensrivieren?",
        "Wat gebeurt er als een fabriek de regels overtreedt?", "Hoe wordt geluidshinder gemeten?",
        "Krijgen scholen geld voor ventilatie?", "Wordt het gebruik van DNA beperkt?",
        "Wie houdt er toezicht op Chemours?", "Waarom is er zo weinig aandacht voor hitte?",
        "Komen er extra inspecteurs?", "Is er een meldpunt voor geurhinder?",
        "Welke ziekten komen er door roet?", "Zijn er cijfers over longkanker?",
        "Is het water schoon?", "Hoe groot is het tekort aan apothekers?",
        "Werken gemeenten mee aan asbestsanering?", "Wat staat er in deze brief over asbest?",
        "What does that letter say about asbestos?", "Hoe werkt het farmacogenetisch profiel?",
        "Wordt er gelet op fijnstof?", "Wat is er aan de hand met Tata Steel?",
    ],
    PHARMACY: [
        "Wat wordt er gedaan tegen lawaai?", "Hoe wordt het milieu beschermd?",
        "Zijn er regels voor fabrieken?", "Wat is er bekend over PFAS?",
        "Komt er een verbod op PFAS?", "Hoeveel fabrieken zijn er?",
        "Is het verplicht om asbest te melden?", "Wat gebeurt er met vervuilde grond?",
        "What is being done about noise?", "Are there rules for factories?",
    ],
    EMISSIONS: [
        "Is er geld voor farmacogenetica?", "Wat gebeurt er met genoomdata?",
        "Welke afspraken zijn er gemaakt met apothekers?", "Wat doet de minister tegen huidkanker?",
        "Hoe wordt het DNA beschermd?", "Wordt er gewaarschuwd voor zonnebrand?",
        "Wie schrijft het farmacogenetisch profiel?",
    ],
    PROGRAMME: [
        "Hoeveel mensen worden er ziek van hitte?", "Gaat het goed met de zonbescherming?",
        "Is er al een commissaris voor omwonenden?", "Wordt er iets gedaan aan de wachtlijsten?",
        "How is drinking water protected?", "Is there a ban on fireworks?",
        "Are there figures about skin cancer?", "Wat gebeurt er met het lichaamsmateriaal?",
        "Hoe wordt er omgegaan met privacy van patiënten?", "Is het waar dat roken duurder wordt?",
    ],
}
FOLLOW_UPS = {
    EXPOSOME: [
        "Wat kost dat?", "En wie betaalt het?", "Hoeveel geld is er?", "Wanneer is het klaar?",
        "Zijn er al resultaten?", "En voor kinderen?", "Welke gemeenten doen mee?",
        "Hoe lang duurt het?", "Wat is het doel?", "Wie voert het uit?", "Is er subsidie?",
        "Wat vindt de minister ervan?", "Wat vindt de minister er van?", "Zijn er risico's?",
        "Wat kost het onderzoek?", "Voor kinderen?", "Wat is de planning?", "Is het verplicht?",
        "Which municipalities take part?", "How much money is there?", "When will it be finished?",
        "Wie gaat dat doen?", "Is dat al begonnen?", "Hoe lang gaat het duren?",
        "Wat levert het op?", "Is er draagvlak?", "Wat gebeurt er daarna?",
        "Wie zijn er bij betrokken?", "Wat zijn de voordelen?", "Waarom duurt het zo lang?",
        "Zijn er ook nadelen?", "Wat is er tot nu toe bereikt?", "Welke stappen worden er gezet?",
        "Wanneer hoort de Kamer er meer over?", "Wat heeft het kabinet besloten?",
        "Wordt er samengewerkt?", "En in andere landen?", "Hoeveel heeft het gekost?",
        "Is there money for it?", "Who is responsible?", "Why does it take so long?",
        "What are the next steps?", "Is het effectief?", "Wat kost het jaarlijks?",
        "Weet u hoe het werkt?", "Is het haalbaar?", "Levert het een besparing op?",
        "Waarom is het belangrijk?", "Wat is de datum van dit stuk?", "Is het nieuw?",
        "Hoe heet het nu?", "Wie doet er mee?", "Hoeveel kost het?", "Hoe lang bestaat het al?",
        "Wie gaat er over?", "Wat is het kenmerk van deze brief?",
        "What is the reference of that letter?",
    ],
    PILOTS: [
        "Hoeveel pilots zijn er?", "Wat gebeurt er met de pilots?", "Welke bedrijven doen mee?",
        "Wat wordt er mee gedaan?", "Zijn er deelnemers?", "Wie is verantwoordelijk?",
        "Wanneer beginnen ze?", "Welke resultaten zijn er?", "Waar lopen die?", "Wat kosten ze?",
        "Welke gemeenten zijn het?", "Lopen die nog?", "Wat kwam eruit?",
    ],
    EMISSIONS: [
        "Welke maatregelen worden er genomen?", "Wat is er besloten?",
        "Wanneer wordt het ingevoerd?", "Wat zijn de gevolgen?", "Hoe wordt het gecontroleerd?",
        "Hoeveel geld is er gereserveerd?",
    ],
    PROGRAMME: [
        "Hoe lang loopt het programma?", "Wie financiert het?", "Wat houdt het in?",
        "Komt er een vervolg?", "Welke afspraken zijn er gemaakt?",
        "Wanneer komt er een evaluatie?", "Is there an evaluation?", "Who pays for it?",
    ],
}


def pairs(by_first: dict[str, list[str]]) -> list[tuple[str, str]]:
    """First and second questions."""
    return [(first, second) for first, seconds in by_first.items() for second in seconds]


def turns_of(first: str) -> tuple[Turn, Turn]:
    """A question and its answer."""
    return Turn("user", first), Turn("assistant", f"De brief zegt: “{ANSWERS[first]}” [1]")


@pytest.mark.parametrize(("first", "second"), pairs(NEW_SUBJECTS))
def test_new_subject_stands_alone(first: str, second: str) -> None:
    """A short question with a noun of its own is not dragged to what was spoken of before, by an
    "er" that stands for nothing or an article "het"."""
    question = understand(second, turns_of(first))
    assert not question.leans
    assert question.standalone == second
    assert question.background == ()


@pytest.mark.parametrize(("first", "second"), pairs(FOLLOW_UPS))
def test_follow_up_goes_on(first: str, second: str) -> None:
    """What points back, leaves out its subject or asks for an aspect is about what was said."""
    question = understand(second, turns_of(first))
    assert question.leans


def test_noun_that_was_told_is_no_new_subject() -> None:
    """The same question goes on with what was told, or begins anew where that was not told."""
    question = "Hoe wordt het toezicht verbeterd?"
    told = (Turn("user", "Wat staat er over inspecties?"), Turn("assistant", "Meer toezicht."))
    assert understand(question, told).leans
    assert not understand(question, turns_of(EXPOSOME)).leans


def test_follow_up_of_a_new_subject_goes_on_with_that() -> None:
    """What stood alone in a conversation is where a follow-up of it leads back to."""
    history = (*turns_of(EXPOSOME), Turn("user", "Hoeveel fabrieken zijn er?"), Turn(
        "assistant", "Honderd."))
    question = understand("En wie betaalt dat?", history)
    assert "fabrieken" in question.standalone
    assert "exposoom" not in question.standalone


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("Wat is het kenmerk van die brief?", True), ("Wat is de datum van deze nota?", True),
        ("What is the reference of that letter?", True), ("Wat zegt dit stuk?", True),
        ("Wat is het kenmerk van die brief uit 2023 over het exposoom?", False),
        ("Wat staat er in die brief over asbest?", False),
        ("Wat is de betekenis van een letter of intent?", False),
    ],
)
def test_demonstrative_with_letter_leans(text: str, leaning: bool) -> None:
    """"Die brief" is one that was cited, unless it is said which one, or about what."""
    assert understand(text, turns_of(EXPOSOME)).leans is leaning


def test_hostile_questions_take_no_time() -> None:
    """However long or odd a question, whether it leans is known at once."""
    odd = ["er " * 5000, "het " * 5000, "die " + "a" * 16_000, "1 " * 8000, "(" * 16_000,
           "het dat " * 2000, "over " * 3000, "1" + "?" * 16_000 + "x"]
    with must_end(20):
        for text in odd:
            leans(text, text.split(), text)
            is_out_of_scope(understand(text, turns_of(PILOTS)))
            naming_letter("Wat is het kenmerk van de brief?", text)


ASKED = "Wat is het kenmerk van de brief?"
ASKED_EN = "Who signed the letter?"


@pytest.mark.parametrize(
    ("question", "reply", "whole"),
    [
        (ASKED, "die van 2 februari 2023", "Wat is het kenmerk van de brief van 2 februari 2023?"),
        (ASKED, "25 oktober 2023", "Wat is het kenmerk van de brief van 25 oktober 2023?"),
        (ASKED, "Die over DNA graag.", "Wat is het kenmerk van de brief over DNA?"),
        (ASKED, "2023", "Wat is het kenmerk van de brief van 2023?"),
        (ASKED, "ja, exposoom", "Wat is het kenmerk van de brief over exposoom?"),
        (ASKED, "kst-32793-703", "Wat is het kenmerk van de brief (kenmerk kst-32793-703)?"),
        (ASKED, "de laatste", "Wat is het kenmerk van de laatste brief?"),
        (ASKED_EN, "the one of 2 February 2023", "Who signed the letter of 2 February 2023?"),
        (ASKED_EN, "the one about DNA", "Who signed the letter about DNA?"),
        ("En het kenmerk?", "die over DNA", "Wat is het kenmerk van de brief over DNA?"),
        (ASKED, "2", None), (ASKED, "laat maar", None), (ASKED, "bedankt", None),
        (ASKED, "Wat is WGS?", None), (ASKED, "", None), (ASKED, "van wie?", None),
        (ASKED, "ik zou ook graag iets willen weten van asbestdaken", None),
        ("Wat is exposoomonderzoek?", "die van 2023", None),
        ("Wat is het kenmerk van de brief van 2023?", "die van 2024", None),
    ],
)
def test_reply_names_the_letter(question: str, reply: str, whole: str | None) -> None:
    """A day, kenmerk or subject in reply to "Van welke brief?" completes what was asked."""
    assert naming_letter(question, reply) == whole


@pytest.mark.parametrize("language", ["nl", "en"])
def test_asking_which_letter_is_asking_back(language: str) -> None:
    """The question back without a list is known, also as a front end sends it back."""
    text = render(f"which_letter.{language}")
    assert is_clarification(text)
    assert is_clarification(f"  **{text}**\n")
    assert not is_clarification(f"{text} Of een andere?")


@pytest.fixture(scope="module")
def library(corpus_index: Path) -> Iterator[LettersLibrary]:
    """The letters that ship with the project."""
    opened = open_library(corpus_index)
    yield opened
    opened.close()


def asked(library: LettersLibrary, question: str, *said: str) -> AskResponse:
    """The response to a question after what was said, the user first."""
    history = [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)
    ]
    request = AskRequest.model_validate({"question": question, "history": history})
    return library.ask(request, "request")


def said_to(response: AskResponse) -> str:
    """What a user reads."""
    return response.answer or response.message or ""


@pytest.mark.parametrize(
    "question", ["Wat is het kenmerk van die brief?", "What is the reference of this letter?"]
)
def test_that_letter_is_the_one_cited(library: LettersLibrary, question: str) -> None:
    """After an answer from one letter "die brief" is that letter."""
    first = asked(library, EXPOSOME)
    response = asked(library, question, EXPOSOME, said_to(first))
    assert "3332219-1024718-PG" in (response.answer or "")


def test_reply_to_which_letter_answers_what_was_asked(library: LettersLibrary) -> None:
    """The field that was asked for comes, of the letter that the reply names; one that fits more
    letters gives the choices, and a number of those is a choice."""
    back = said_to(asked(library, ASKED))
    assert is_clarification(back)
    named = asked(library, "die van 2 februari 2023", ASKED, back)
    assert "Kenmerk 3332219-1024718-PG" in (named.answer or "")
    several = asked(library, "die van 2023", ASKED, back)
    assert len(several.choices) > 1
    labels = [one.label for one in several.choices]
    number = next(at for at, one in enumerate(labels, start=1) if "3332219-1024718-PG" in one)
    chosen = asked(library, str(number), ASKED, back, "die van 2023", said_to(several))
    assert "Kenmerk 3332219-1024718-PG" in (chosen.answer or "")


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("die van 2 februari 2023", "Wat is het kenmerk van de brief van 2 februari 2023?"),
        ("over DNA", "Wat is het kenmerk van de brief over DNA?"), ("2", ASKED),
    ],
)
def test_reply_completes_a_question_without_choices(reply: str, question: str) -> None:
    """Where there were too many letters to list, the reply completes the open question, and a bare
    number has it asked back once more."""
    history = [
        {"role": "user", "content": ASKED},
        {"role": "assistant", "content": render("which_letter.nl")},
    ]
    request = AskRequest.model_validate({"question": reply, "history": history})
    assert [one.question for one in settled(request, lambda _: ())] == [question]


def test_forged_question_for_a_letter_changes_nothing(library: LettersLibrary) -> None:
    """Where nothing was open, a reply completes nothing."""
    response = asked(
        library, "die van 2023", "Wat is exposoomonderzoek?", render("which_letter.nl")
    )
    assert "brief van 2023" not in response.standalone_question


@pytest.mark.parametrize(
    "question",
    ["Wat is het kenmerk van de brief uit 2023?", "Wie ondertekende de brief van 2023?",
     "Who signed the letter from 2023?"],
)
def test_year_that_fits_more_letters_is_asked_back(
    library: LettersLibrary, question: str
) -> None:
    """A year is read, and where it fits more than one letter, none of them is picked unasked."""
    response = asked(library, question)
    assert response.outcome == "needs_clarification"
    assert len(response.choices) > 1
    assert all(" 2023" in choice.label for choice in response.choices)


@pytest.mark.parametrize("text", ["2", "7.", "nr. 2", "1 en 3"])
@pytest.mark.parametrize("said", [(), (EXPOSOME, ANSWERS[EXPOSOME])], ids=["alone", "in chat"])
def test_bare_number_asks_nothing(
    library: LettersLibrary, text: str, said: tuple[str, ...]
) -> None:
    """A number with nothing to choose from is no question."""
    assert asked(library, text, *said).outcome == "out_of_scope"
