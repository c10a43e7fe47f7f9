"""Letters that change between questions, and drafts over them, for tests of what is reused"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from index.embedding import ModelEmbedder
from index.synchronise import synchronise
from service.contract import AskRequest, AskResponse, Filters
from service.helpdesk.drafts import Draft, Event
from service.helpdesk.judgement import Judgement, Verdict
from service.helpdesk.outbox import Outbox
from service.helpdesk.records import helpdesk_records
from service.helpdesk.review import Review, Reviewing, reviewing_of
from service.library import LettersLibrary, open_library
from service.record_file import RecordFile
from tests.conftest import write_letter

ASKED = "Wanneer wordt de Kamer geïnformeerd over de pilots met walstroom?"
SAME = "Kunt u mij vertellen wanneer de Kamer over de pilots met walstroom wordt geïnformeerd?"
SAYS = "De Kamer wordt eind 2026 geïnformeerd over de pilots met walstroom."
KENMERK = "WAL-2025-1"
REST = "Walstroom maakt dat schepen aan de kade geen dieselmotor hoeven te laten draaien."


@dataclass
class Desk:
    """An index of letters that can change, and the helpdesk's file beside it; `now` is the time
    that drafts and judgements are of."""

    folder: Path
    directory: Path
    now: float = 1_750_000_000.0
    number: int = field(default=0)

    @property
    def file(self) -> RecordFile:
        """The helpdesk's file."""
        return helpdesk_records(self.directory, None)

    def write(
        self, says: str = SAYS, *, kenmerk: str = KENMERK, name: str = "walstroom.txt",
        date: str = "1 maart 2025",
    ) -> None:
        """Put a letter in the folder, and bring the index up to date."""
        path = write_letter(self.folder, name, says, REST, kenmerk=kenmerk)
        path.write_text(path.read_text("utf-8").replace("1 maart 2025", date), "utf-8")
        self.index()

    def remove(self, name: str = "walstroom.txt") -> None:
        """Take a letter away, and bring the index up to date."""
        (self.folder / name).unlink()
        self.index()

    def index(self) -> None:
        """Bring the index up to date with the folder."""
        report = synchronise(self.directory, [self.folder], ModelEmbedder(), allow_removals=True)
        assert not report.failed

    @contextmanager
    def letters(self) -> Iterator[LettersLibrary]:
        """The letters as they stand now."""
        library = open_library(self.directory)
        try:
            yield library
        finally:
            library.close()

    def draft(
        self, library: LettersLibrary, question: str = ASKED, *, of: Sequence[str] = ()
    ) -> Draft:
        """A draft that has its answer, as a worker leaves it, of the letters with these kenmerken
        if any are named."""
        self.number += 1
        outbox = Outbox(self.file)
        outbox.add(Event("desk", f"e{self.number}", "1", [question], None), self.now)
        draft = outbox.claim(self.now, self.now + 1000, systems=["desk"])
        assert draft is not None
        request = AskRequest(question=question, filters=Filters(kenmerk=list(of)))
        answer = library.ask(request, f"{draft.draft_id}-1")
        answered = outbox.answered(draft, [answer])
        outbox.posted(answered, self.now)
        return answered

    def reviewing(self, library: LettersLibrary) -> Reviewing:
        """Judging over the file."""
        return reviewing_of(self.file, library, 30)

    def judge(
        self, draft: Draft, library: LettersLibrary, verdict: Verdict, text: str | None = None,
        reason: str | None = None,
    ) -> Review:
        """Judge the draft's answer over the API."""
        judgement = Judgement(verdict=verdict, text=text, reason=reason)
        return self.reviewing(library).reviews.judge(
            draft.draft_id, 1, judgement, by="key", once=False
        )

    def approved(self, library: LettersLibrary, verdict: Verdict, text: str | None = None) -> Draft:
        """A draft whose answer was judged so."""
        draft = self.draft(library)
        self.judge(draft, library, verdict, text)
        return draft


def answer_of(draft: Draft) -> AskResponse:
    """The first answer of a draft."""
    assert draft.answers
    return draft.answers[0]


def made_desk(tmp_path: Path) -> Desk:
    """A desk over one letter that answers `ASKED`, among others that do not."""
    desk = Desk(tmp_path / "letters", tmp_path / "index")
    for number, subject in enumerate(("geluid van warmtepompen", "farmacogenetica", "zwemwater")):
        write_letter(
            desk.folder, f"{number}.txt", f"Deze brief gaat over {subject}.",
            f"Het kabinet onderzoekt in 2025 wat {subject} betekent voor gemeenten.",
            kenmerk=f"ANDERS-{number}",
        )
    desk.write()
    return desk
