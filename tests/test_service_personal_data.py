"""Personal data: masked however it is written, and nothing that policy texts are made of."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.scripted_model import scripted_model
from service.contract import AskRequest
from service.conversation import Turn
from service.feedback import FeedbackStore
from service.feedback_contract import MAX_COMMENT_LENGTH, Feedback
from service.feedback_routes import keep
from service.library import open_library
from service.listener import Listener
from service.llm.client import LanguageModel, ModelSettings
from service.llm.composer import ModelComposer
from service.llm.standalone import standalone_by_model
from service.personal_data import masked
from tests import personal_data_making as making
from tests.conftest import must_end
from tests.fake_library import FakeLibrary

_WAYS = 400
_PLACEHOLDERS = re.compile(r"\[(?:BSN|e-mail|telefoonnummer|IBAN|adres|naam)\]")


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("[BSN]", making.a_bsn), ("[telefoonnummer]", making.a_telephone_number),
        ("[IBAN]", making.an_iban), ("[adres]", making.an_address),
        ("[e-mail]", making.an_e_mail_address),
    ],
)
def test_every_way_of_writing_it_is_masked(kind: str, make: Callable[[random.Random], str]) -> None:
    """Hundreds of ways to write each kind leave none of its digits or letters."""
    source = random.Random(20261123)
    missed = []
    for _ in range(_WAYS):
        written = make(source)
        around = source.choice(
            ["Dit is {} van mij.", "{}", "zie {}, dank", "({})", "Wat nu?\n{}\nGroet"]
        )
        text = masked(around.format(written))
        left = _PLACEHOLDERS.sub("", text)
        if kind not in text or re.search(r"\d|@", left):
            missed.append((written, text))
    assert missed == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mijn BSN is 123456782.", "Mijn BSN is [BSN]."),
        ("BSN van mijn zoon is 123456789", "BSN van mijn zoon is [BSN]"),
        ("sofinummer 12345678", "sofinummer [BSN]"),
        ("１２３４５６７８２", "[BSN]"),
        ("Bel 06-12 34 56 78 of 070 340 79 11.", "Bel [telefoonnummer] of [telefoonnummer]."),
        ("tel. 3407911", "tel. [telefoonnummer]"),
        ("+32 475 12 34 56", "[telefoonnummer]"),
        ("088 789 01 23", "[telefoonnummer]"),
        ("DE89 3704 0044 0532 0130 00 op naam", "[IBAN] op naam"),
        ("IBAN NL12 RABO 0123 4567 89", "IBAN [IBAN]"),
        ("jan [at] example [dot] nl", "[e-mail]"),
        ("2511 AB 14-2", "[adres]"),
        ("Dorpsstraat 12, 2511 AB Den Haag", "[adres] Den Haag"),
        ("ik woon op Dorpsstraat 12 en", "ik woon op [adres] en"),
        ("Mijn naam is Jan de Wit en ik vraag", "Mijn naam is [naam] en ik vraag"),
        ("My name is John Harris.", "My name is [naam]."),
        ("https://x.nl/?mail=jan@x.nl", "https://x.nl/?mail=[e-mail]"),
    ],
)
def test_personal_data_is_masked(text: str, expected: str) -> None:
    """What tells who somebody is goes, and nothing beside it."""
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "4247526-1087654-PG", "2026D05678", "VGP/2024/123456789", "32 793, nr. 703",
        "kst-32793-703",
        "ah-tk-20232024-1314", "Tweede Kamer, vergaderjaar 2023–2024, 32 793, nr. 703 4",
        "vergaderjaar 20232024", "€ 123.456.782", "123.456.782 euro", "€ 17 358 000",
        "1.234.567,89",
        "nr. WJZ / 14125286", "nr. WJZ 02060103", "Onze referentie 112233445", "kenmerk 123456782",
        "Postbus 20350, 2500 EJ Den Haag", "Postbus 16375\n2500 BJ Den Haag", "2500 EJ Den Haag",
        "BWBR0005537", "ISBN 978-90-12-34567-8", "ISBN 9012345675", "artikel 3.1, tweede lid",
        "25%",
        "https://www.rijksoverheid.nl/documenten/2024/01/02/0612345678", "0800-1351", "0900 8008",
        "in 2025 en 14 andere", "in 2030 EU 55", "3000 MW 12", "op 01-02-2023 14:00", "20231231",
        "0 10 20 30 40 50 60", "2023Z12345", "van 06.30-07.30 uur", "DO 024/92/25281",
        "1986 TK 1985-86",
        "minister Kuipers", "de Wet publieke gezondheid, artikel 12", "PFAS 50 ng/l in 2024",
        "2000 GT | 2000 tot 6000 GT", "CAS 50-00-0", "EU-verordening 2023/1115",
        "NL 2023 en NL 2024",
    ],
)
def test_what_policy_is_made_of_stays(text: str) -> None:
    """Kenmerken, numbers of documents, amounts, dates, post boxes and the like are kept."""
    assert masked(text) == text


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["Jan de Vries"], "jan vroeg het J. de Vries", "[naam] vroeg het [naam]"),
        (["Jan de Vries"], "De heer De Vries vraagt", "[naam] vraagt"),
        (["Jan de Vries"], "in januari en de vriesruimte", "in januari en de vriesruimte"),
        (["Jan de Vries"], "de brief van de minister", "de brief van de minister"),
        (["Piet Groen"], "groen beleid, zegt mevrouw Groen", "groen beleid, zegt [naam]"),
        (["Piet Groen"], "PIET GROEN vraagt om Groen beleid", "[naam] vraagt om Groen beleid"),
        (["Jansen, Piet"], "Piet Jansen schrijft", "[naam] schrijft"),
        (["Aylin Özdemir"], "mevrouw ÖZDEMIR", "[naam]"),
        (["Van der Berg"], "van der berg", "[naam]"),
        (["", " ", "de", "A."], "de A. blijft", "de A. blijft"),
        (["naam", "Adres"], "[naam] woont op [adres]", "[naam] woont op [adres]"),
        (["(a+)+$", "[x"], "aaaa! [x", "aaaa! [x"),
    ],
)
def test_names_that_are_known(names: list[str], text: str, expected: str) -> None:
    """A name goes in every case and in part, but no ordinary word goes because it is one too."""
    assert masked(text, names) == expected


_PIECES = st.sampled_from(
    [" ", "\n", "", "\u00a0", "\u200b", *"""123456782 12345678 06-12345678 0612345678 +31 070
     3407911 NL91ABNA0417164300 NL91 ABNA jan@x.nl
    @ . , - / ( ) [ ] [naam] [BSN] [e-mail] BSN tel. IBAN 2511 AB 2511AB 14 14-2 Dorpsstraat Postbus
    mijn naam is Jan de Vries J. woon op € euro kenmerk nr. WJZ 2024 €  https://x.nl
    mevrouw""".split()]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=4)), max_size=14), st.booleans())
def test_masking_twice_changes_nothing(pieces: list[str], spaced: bool) -> None:
    """What is masked already stays as it is, whatever stands around it."""
    names = ["Jan de Vries"]
    once = masked((" " if spaced else "").join(pieces), names)
    assert masked(once, names) == once


@pytest.mark.parametrize(
    "unit",
    ["1", "12 ", "0 6 ", "06-", "a@", "a.", "A. ", "NL91 ", "2511 AB ", "Aa ", "Aa 1 ", "van de ",
     "BSN ", "BSN 1", "tel ", "+31", "(0)", "mijn naam is A", "woon op ", "1.", " ", "\n",
     "[naam] ",
     "x@y.", "[at]", "Jan "],
)
def test_hostile_text_is_read_once(unit: str) -> None:
    """The patterns read a hostile text in time that grows with it, and no faster."""
    with must_end(120):
        masked((unit * 200_000)[:200_000], ["Jan de Vries"])


@pytest.mark.parametrize("unit", ["NL91 ", "x@y.", "\n"])
def test_a_megabyte_is_read(unit: str) -> None:
    """What costs most of all that was tried still ends at the size of the largest ticket."""
    with must_end(120):
        masked((unit * 1_000_000)[:1_000_000], ["Jan de Vries"])


def test_feedback_is_masked_before_it_is_stored(tmp_path: Path) -> None:
    """Neither the question nor the comment of a judgement keeps who gave it, and both fit."""
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    comment = ("Bel 0612345678. " * 1000)[:MAX_COMMENT_LENGTH]
    keep(
        Feedback(
            request_id="r", verdict="not_helpful", comment=comment,
            question="Mijn BSN is 123456782, wat kost het meetnet?",
        ),
        store, FakeLibrary(),
    )
    (kept,) = store.judgements()
    assert kept.question == "Mijn BSN is [BSN], wat kost het meetnet?"
    assert kept.comment is not None
    assert kept.comment.startswith("Bel [telefoonnummer]. ")
    assert "0612345678" not in kept.comment


def test_a_language_model_is_told_nobodys_data(corpus_index: Path) -> None:
    """What a model is sent of question and history is masked, whichever way the question came."""
    with scripted_model(lambda _: "GEEN ANTWOORD") as server:
        settings = ModelSettings(server.base_url, "scripted", retries=0)
        library = open_library(corpus_index, composer=ModelComposer(LanguageModel(settings)))
        try:
            library.ask(
                AskRequest(
                    question="Mijn BSN is 123456782. Wanneer wordt de Kamer over de voortgang "
                    "van de pilots geïnformeerd? Mail jan@example.nl.", composer="llm",
                ),
                "r", Listener(),
            )
        finally:
            library.close()
        client = LanguageModel(settings)
        try:
            standalone_by_model(
                "En waarom niet, vraagt jan@example.nl?",
                [Turn("user", "Wordt het profiel ingevoerd? Bel 06-12345678."),
                 Turn("assistant", "Nee, nu niet.")],
                client, Listener(),
            )
        finally:
            client.close()
        sent = json.dumps(server.requests, ensure_ascii=False)
    assert "[BSN]" in sent
    assert "[telefoonnummer]" in sent
    for secret in ("123456782", "jan@example.nl", "12345678"):
        assert secret not in sent
