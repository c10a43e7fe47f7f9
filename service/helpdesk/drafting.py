"""What stands in a draft: an answer to each question, of today's index, and the note around them"""

from __future__ import annotations

from collections.abc import Callable

from service.contract import AskRequest, AskResponse, Composer
from service.helpdesk.adapter import Note
from service.helpdesk.drafts import Draft
from service.interface import Library
from service.listener import Listener
from service.request_context import RequestContext, working_on


class LibraryDrafting:
    """`worker.Drafting` over the letters; `render` makes the note of a draft with its answers."""

    def __init__(self, library: Library, render: Callable[[Draft], Note]) -> None:
        self._library = library
        self._render = render

    def answers(self, draft: Draft, listener: Listener) -> list[AskResponse]:
        """An answer to each question; see `worker.Drafting`. The requests are named after the
        draft, `DRAFT_ID-1` and so on, so that they are found in the audit log."""
        return [
            self._answer(draft, number, question, listener)
            for number, question in enumerate(draft.questions, start=1)
        ]

    def stand(self, draft: Draft) -> bool:
        """Whether the draft's answers are of today's index; see `worker.Drafting`."""
        if not draft.answers:
            return True
        generation = self._library.readiness().generation
        return all(answer.index.generation == generation for answer in draft.answers)

    def note(self, draft: Draft) -> Note:
        """The note; see `worker.Drafting`."""
        return self._render(draft)

    def _answer(
        self, draft: Draft, number: int, question: str, listener: Listener
    ) -> AskResponse:
        composer: Composer = "llm" if self._library.language_model else "extractive"
        request_id = f"{draft.draft_id}-{number}"
        context = RequestContext(request_id, f"helpdesk/{draft.system}", draft.key_id)
        with working_on(context):
            return self._library.ask(
                AskRequest(question=question, composer=composer), request_id, listener
            )
