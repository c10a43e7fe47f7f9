"""Images of pages: drawn one at a time, and kept for whoever asks next"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from index.originals import Original
from ingest.drawing import Drawer, DrawingEnded
from ingest.errors import UnreadableFile
from service.errors import ServiceStopping
from service.listener import Listener

# Some three hundred pages of text.
_MOST_BYTES = 32 * 1024 * 1024
# A page that cannot be drawn may take all of its time to show that.
_FAILURE_SECONDS, _MOST_FAILURES = 300.0, 1000
_LOOK_EVERY_SECONDS = 0.1


class PageImages:
    """Images by content, page and width; the least recently wanted ones are forgotten first.

    Safe to call from many threads, of which one draws; `close` ends the process that draws.
    """

    def __init__(self, drawer: Drawer | None = None, most_bytes: int = _MOST_BYTES) -> None:
        self._drawer = drawer or Drawer()
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._bytes = 0
        self._keeping = threading.Lock()
        self._failures: OrderedDict[tuple[str, int], tuple[str, float]] = OrderedDict()
        self._turn = threading.Lock()

    def close(self) -> None:
        """Draw no more; what is being drawn is given up."""
        self._drawer.close()

    def image(self, original: Original, number: int, width: int, listener: Listener) -> bytes:
        """Page `number` of a PDF; see `ingest.page_image.page_png`.

        Raises:
            UnreadableFile: it cannot be drawn, or could not a moment ago.
            HungUp: nobody waits for it any more, and it was not begun.
            ServiceStopping: the images were closed.
        """
        key = (original.sha256, number, width)
        if image := self._found(key):
            return image
        with self._one_at_a_time(listener):
            # Who had the turn before may have drawn just this.
            image = self._found(key)
            if image is None:
                image = self._drawn(original, number, width)
                self._keep(key, image)
        return image

    def _drawn(self, original: Original, number: int, width: int) -> bytes:
        page = (original.sha256, number)
        reason, until = self._failures.get(page, ("", 0.0))
        if time.monotonic() < until:
            raise UnreadableFile(reason, "try again later")
        try:
            return self._drawer.draw(original.path, number, width)
        except DrawingEnded:
            raise ServiceStopping from None
        except UnreadableFile as error:
            self._failures[page] = (error.reason, time.monotonic() + _FAILURE_SECONDS)
            self._failures.move_to_end(page)
            if len(self._failures) > _MOST_FAILURES:
                self._failures.popitem(last=False)
            raise

    def _found(self, key: tuple[str, int, int]) -> bytes | None:
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, int, int], image: bytes) -> None:
        with self._keeping:
            self._kept[key] = image
            self._bytes += len(image)
            while self._bytes > self._most_bytes:
                _, forgotten = self._kept.popitem(last=False)
                self._bytes -= len(forgotten)

    @contextmanager
    def _one_at_a_time(self, listener: Listener) -> Iterator[None]:
        listener.check()
        while not self._turn.acquire(timeout=_LOOK_EVERY_SECONDS):
            listener.check()
        try:
            listener.check()
            yield
        finally:
            self._turn.release()
