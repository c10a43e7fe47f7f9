"""The page's own reader of server-sent events, in the browser that it is made for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.app import create_app
from tests.browser import Visits
from tests.fake_library import FakeLibrary
from tests.serving import running

pytestmark = pytest.mark.full

# A comment, three kinds of line end, data over two lines, an event without a name, and one that
# the connection breaks off.
STREAM = (
    ': hallo\r\n\r\nevent: text\r\ndata: {"text":"é€😀 a: b"}\r\n\r\n'
    'event: answer\ndata: {"a":\ndata: 1}\n\ndata: 2\r\revent: text\ndata: 3\n'
)
READ_IN_CHUNKS = """async (stream) => {
  const { eventsOf } = await import("/static/events.js");
  const bytes = new TextEncoder().encode(stream);
  const readings = new Set();
  for (let size = 1; size <= bytes.length; size++) {
    let at = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at += size));
      },
    });
    const events = [];
    for await (const { name, data } of eventsOf(new Response(body), () => {})) {
      events.push([name, data]);
    }
    readings.add(JSON.stringify(events));
  }
  return [...readings].map((reading) => JSON.parse(reading));
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A service of the fake library."""
    with running(create_app(FakeLibrary())) as found:
        yield found


def test_events_are_read_whatever_their_chunks(visits: Visits, address: str) -> None:
    """Wherever the network cuts the stream, within a character too, the same events are read, and
    half an event is none."""
    page = visits.open(f"{address}/")
    assert page.evaluate(READ_IN_CHUNKS, STREAM) == [
        [["text", {"text": "é€😀 a: b"}], ["answer", {"a": 1}], ["message", 2]]
    ]
