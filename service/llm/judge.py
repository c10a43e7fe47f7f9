"""A second opinion of the language model on a claim: it may only take away, never let through"""

from __future__ import annotations

from collections.abc import Sequence

from prompts import Prompt, as_data, prompt
from service.listener import Listener
from service.llm.client import LanguageModel, ModelFailed
from service.quotation import Quotation

_AGREES = "JA"
_MAX_TOKENS = 8


class Judge:
    """Asks `model` whether quotations bear a claim out, once the claim is proven by code.

    It is asked while the answer is still being written: a model of its own, of which no call in
    progress keeps it waiting.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def close(self) -> None:
        """End the calls in progress."""
        self._model.close()

    @property
    def prompt_used(self) -> Prompt:
        """The prompt that it asks with, nothing filled in."""
        return _prompt("", [])

    def objects(
        self, words: str, quotations: Sequence[Quotation], listener: Listener
    ) -> str | None:
        """Why the claim may not be made, or None. A judge that does not answer objects.

        Raises:
            HungUp: nobody waits for the answer any more.
        """
        asked = _prompt(words, [one.text for one in quotations])
        try:
            said = self._model.complete(asked.messages, max_tokens=_MAX_TOKENS, listener=listener)
        except ModelFailed as error:
            return f"the judge did not answer ({error.code})"
        if said.strip(" .!*\n").upper() == _AGREES:
            return None
        return "the judge does not find it in the quotations"


def _prompt(words: str, quotations: Sequence[str]) -> Prompt:
    return prompt("judge-1", claim=as_data(words), quotations=as_data(quotations))
