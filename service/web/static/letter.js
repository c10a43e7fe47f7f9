/** The view of a letter: arrow keys turn the page, copying, and what to say where an image fails. */

import "./copy.js";

const TYPED_IN = "input, textarea, select, [contenteditable], .large .paper";

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const direction = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (!direction || event.target.closest?.(TYPED_IN)) return;
  document.querySelector(`.turn a[rel="${direction}"]`)?.click();
});

if (document.querySelector(".turn a")) {
  for (const hint of document.querySelectorAll(".keys")) hint.hidden = false;
}

for (const image of document.querySelectorAll(".print img")) {
  if (image.complete && !image.naturalWidth) giveUp(image);
  else image.addEventListener("error", () => giveUp(image));
}

/** Say that a page cannot be shown, in place of its image. */
function giveUp(image) {
  const figure = image.closest("figure");
  figure.querySelector("[data-failed-image]").hidden = false;
  figure.querySelector(".print").hidden = true;
  figure.querySelector("figcaption").hidden = true;
}
