"""The note of a draft that has its answers: with what was approved before, and links to judge it"""

from __future__ import annotations

from service.helpdesk.adapter import Note
from service.helpdesk.approved import ApprovedAnswers
from service.helpdesk.drafts import Draft
from service.helpdesk.note import render
from service.helpdesk.review import ReviewLinks
from service.interface import Library


class Noting:
    """Makes notes; `base_url` is where people reach this service: without it a note has no links,
    neither to its sources nor to be judged by."""

    def __init__(
        self, library: Library, approved: ApprovedAnswers, links: ReviewLinks,
        base_url: str | None,
    ) -> None:
        self._library = library
        self._approved = approved
        self._links = links
        self._base_url = base_url

    def note(self, draft: Draft) -> Note:
        """The note, and on the disk which approved answers it offers.

        Raises:
            HelpdeskUnusable: the approved answers cannot be read.
            IndexUnusable: there is no index to prove their quotations in.
        """
        answers = draft.answers or ()
        reused = [
            self._approved.find(question, self._library, answer)
            for question, answer in zip(draft.questions, answers, strict=True)
        ]
        for number, one in enumerate(reused, start=1):
            self._approved.note_shown(draft.draft_id, number, one)
        base = self._base_url
        links = [
            self._links.link(base, draft.draft_id, number)
            for number in range(1, len(answers) + 1)
        ] if base else []
        return render(
            draft.draft_id, draft.questions, answers, base_url=base, review_links=links,
            reused=reused,
        )
