/**
 * The frame's half of the widget. It speaks with the page that it stands in by messages alone, and
 * only where the server named that site (`data-hosts`): it says that it is there, how high it is,
 * and that Escape was pressed; it is told to take the focus.
 */

const hosts = document.documentElement.dataset.hosts.split(" ");
let host = null;

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || !hosts.includes(origin)) return;
  if (data?.briefwijzer === "greet") {
    host = origin;
    say("hello");
    sayHeight();
  }
  if (data?.briefwijzer === "focus") document.getElementById("vraag").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) say("close");
});

new ResizeObserver(sayHeight).observe(document.documentElement);

function say(word, more = {}) {
  if (host) parent.postMessage({ briefwijzer: word, ...more }, host);
}

function sayHeight() {
  say("height", { height: document.documentElement.offsetHeight });
}
