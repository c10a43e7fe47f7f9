"""First proven words and whole answer over the language model's own time: milliseconds per question

The model is a scripted one on this machine that writes at a set speed, so that what is left is the
service's: retrieval before the model is asked, and the proof of each sentence as it comes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval.bench.measuring import Row, median_and_p95, show
from eval.commands import GOLD

if TYPE_CHECKING:
    from eval.gold import GoldQuestion
    from eval.scripted_model import Messages
    from service.library import LettersLibrary
    from service.llm.client import LanguageModel

_CLAIMS = 3
_WORDS = 8


def verbatim(messages: Messages) -> str:
    """What a model writes that takes the sentences of its passages over, with their quotations."""
    from eval.claim_making import sentences_of
    from eval.given import passages_given

    claims = [
        f"{sentence} [{given.key}: “{sentence}”]"
        for given in passages_given(messages) for sentence in sentences_of(given)[:1]
        if len(sentence.split()) >= _WORDS
    ]
    return " ".join(claims[:_CLAIMS])


@contextmanager
def _library(index: Path, address: str) -> Iterator[tuple[LettersLibrary, LanguageModel]]:
    from service.library import open_library
    from service.llm.client import LanguageModel, ModelSettings
    from service.llm.composer import ModelComposer

    model = LanguageModel(ModelSettings(address, "scripted"))
    library = open_library(index, composer=ModelComposer(model))
    try:
        yield library, model
    finally:
        library.close()


def measure(index: Path, limit: int, tokens_per_s: float, first_token_s: float) -> list[Row]:
    """Median and 95th percentile (ms) per clock over the questions whose answer stood, with the
    ratio of its median to the model's own."""
    from eval.gold import load_gold
    from eval.scripted_model import scripted_model

    questions = [one for one in load_gold(GOLD) if one.outcome == "answered"]
    clocks: dict[str, list[float]] = {}
    with (
        scripted_model(
            verbatim, tokens_per_s=tokens_per_s, first_token_s=first_token_s
        ) as server,
        _library(index, server.base_url) as (library, model),
    ):
        for question in questions[: limit + 1]:
            asked = len(server.requests)
            ours = _ours(library, question)
            if len(server.requests) == asked or not ours:
                continue
            its_own = _own(model, server.requests[-1]["messages"])
            for name in its_own:
                clocks.setdefault(f"model alone: {name}", []).append(its_own[name])
                clocks.setdefault(f"proven: {name}", []).append(ours[name])
                clocks.setdefault(f"added: {name}", []).append(ours[name] - its_own[name])
    # The first question warms up.
    return [_row(name, values[1:], clocks) for name, values in sorted(clocks.items())]


def _own(model: LanguageModel, messages: Sequence[dict[str, str]]) -> dict[str, float]:
    """The model's own time for these messages, asked as the service asks it, until its first
    sentence and until its end."""
    from service.llm.claim_reader import ClaimReader

    reader = ClaimReader()
    first = 0.0
    start = time.perf_counter()
    with model.stream(messages) as reply:
        for delta in reply:
            if reader.feed(delta):
                first = first or time.perf_counter() - start
    return {"first sentence": first * 1000, "whole": (time.perf_counter() - start) * 1000}


def _ours(library: LettersLibrary, question: GoldQuestion) -> dict[str, float]:
    """The service's time; empty where the model's answer was not the one given."""
    from service.contract import AskRequest
    from service.listener import Listener

    heard: list[float] = []
    request = AskRequest(question=question.question, composer="llm")
    start = time.perf_counter()
    answer = library.ask(request, "bench", Listener(lambda _: heard.append(time.perf_counter())))
    end = time.perf_counter()
    if answer.composer != "llm":
        return {}
    return {"first sentence": (heard[0] - start) * 1000, "whole": (end - start) * 1000}


def _row(name: str, values: list[float], clocks: dict[str, list[float]]) -> Row:
    baseline = median_and_p95(clocks[f"model alone: {name.partition(': ')[2]}"][1:])["median"]
    figures = median_and_p95(values)
    return {"what": name, **figures, "ratio": round(figures["median"] / baseline, 3)}


@click.command()
@click.option("--index", type=click.Path(path_type=Path), default=".briefwijzer/index")
@click.option("--limit", default=30, show_default=True, help="Questions to ask.")
@click.option("--tokens-per-second", default=40.0, show_default=True, help="The model's speed.")
@click.option("--first-token", default=0.3, show_default=True, help="Seconds until it begins.")
@click.option("--json", "as_json", is_flag=True)
def main(
    index: Path, limit: int, tokens_per_second: float, first_token: float, as_json: bool
) -> None:
    """Milliseconds to the first proven sentence and to the whole answer, over the model's own."""
    show("chat, ms", measure(index, limit, tokens_per_second, first_token), as_json)


if __name__ == "__main__":
    main()
