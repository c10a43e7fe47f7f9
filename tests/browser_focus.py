"""The focus in a real browser: what has it, whether it is seen, and where the keyboard takes it"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_TAB_STOPS = 300


class Stop(NamedTuple):
    """What has the focus, as assistive software is told: its role and its accessible name."""

    role: str
    name: str


def focused(page: Page) -> Stop | None:
    """What has the focus in the top document; None where nothing has."""
    node = _focused_node(page)
    return None if node is None else _stop(node)


def _focused_node(page: Page) -> dict[str, Any] | None:
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return next(
        (
            node for node in nodes
            if _value(node, "role") != "RootWebArea" and any(
                one["name"] == "focused" and one["value"]["value"]
                for one in node.get("properties", [])
            )
        ),
        None,
    )


def _stop(node: dict[str, Any]) -> Stop:
    return Stop(_value(node, "role"), _value(node, "name"))


def _value(node: dict[str, Any], name: str) -> str:
    return str(node.get(name, {}).get("value", ""))


def tab_order(page: Page, key: str = "Tab") -> list[Stop]:
    """Everything that can be reached with the keyboard from here, in its order.

    Ends where the focus leaves the page or comes back to the first stop. Raises AssertionError
    where it does neither: it is caught.
    """
    stops: list[Stop] = []
    first = None
    for _ in range(MOST_TAB_STOPS):
        page.keyboard.press(key)
        node = _focused_node(page)
        if node is None or node["backendDOMNodeId"] == first:
            return stops
        first = first or node["backendDOMNodeId"]
        stops.append(_stop(node))
    raise AssertionError(f"the focus does not get out: …, {stops[-3:]}")


def tab_to(page: Page, name: str, role: str | None = None) -> Stop:
    """Press Tab until something whose accessible name holds `name` has the focus.

    Raises AssertionError where nothing that can be reached has.
    """
    seen: list[Stop] = []
    for _ in range(MOST_TAB_STOPS):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop and name in stop.name and role in (None, stop.role):
            return stop
        if stop and seen and stop == seen[0] and len(seen) > 3:
            break
        seen += [stop] if stop else []
    raise AssertionError(f"no {role or 'element'} {name!r} among {seen}")


def focus_can_be_seen(page: Page) -> bool:
    """Whether what has the focus is in the window, uncovered, and looks otherwise without it."""
    at = page.evaluate(_FOCUSED_BOX)
    if at is None:
        return False
    clip = {name: at[name] for name in ("x", "y", "width", "height")}
    with_focus = page.screenshot(clip=clip)
    page.evaluate("() => { window.hadFocus = document.activeElement; window.hadFocus.blur(); }")
    without = page.screenshot(clip=clip)
    page.evaluate("() => window.hadFocus.focus({preventScroll: true})")
    return with_focus != without


# The box of what has the focus with some room around it; null where its middle is covered.
_FOCUSED_BOX = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one === document.body) return null;
  const box = [...one.getClientRects()].find((it) => it.width && it.height);
  if (!box) return null;
  const x = box.x + box.width / 2, y = box.y + Math.min(box.height / 2, 20);
  const over = one.getRootNode().elementFromPoint(x, y);
  if (!over || !(one.contains(over) || over.contains(one) || over.closest("label"))) return null;
  const left = Math.max(0, box.x - 6), top = Math.max(0, box.y - 6);
  const right = Math.min(innerWidth, box.right + 6);
  const bottom = Math.min(innerHeight, box.bottom + 6);
  if (right <= left || bottom <= top) return null;
  return {x: left, y: top, width: right - left, height: bottom - top};
}"""
