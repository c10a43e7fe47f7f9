/** Where HTML of the server becomes nodes, and nowhere else: the page's policy allows this alone. */

const policy = globalThis.trustedTypes
  ? trustedTypes.createPolicy("briefwijzer", { createHTML: (html) => html })
  : { createHTML: (html) => html };

/** The nodes of a fragment that the server rendered, now or before a page was left (`kept.js`). */
export function nodesOf(html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

/** A copy of the first element in a `<template>` of the page. */
export function copyOf(template) {
  return template.content.firstElementChild.cloneNode(true);
}

/** Say something to who listens to the page rather than seeing it, once. */
export function tell(text) {
  const region = document.getElementById("melding");
  if (region.textContent !== text) {
    region.textContent = text;
    return;
  }
  // The same words again are heard only where they were gone for a while.
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}
