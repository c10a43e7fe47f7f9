/** Judging an answer in place. */

import { nodesOf, tell } from "./html.js";
import { keep, kept } from "./kept.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-judge]")) return;
  event.preventDefault();
  if ("sending" in form.dataset) return;
  form.dataset.sending = "";
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  fields.set("los", "1");
  form.querySelector(".judged")?.remove();
  const told = await outcome(form.action, fields);
  if (told.kept) form.replaceWith(told.shown);
  else form.append(told.shown);
  delete form.dataset.sending;
  tell(told.shown.dataset.told);
  if (told.kept) told.shown.focus();
  if (told.kept) remember();
});

/** Who comes back is not asked again. */
function remember() {
  const conversation = document.getElementById("gesprek");
  if (!kept()?.html || conversation.querySelector(".pending")) return;
  keep({ ...kept(), html: conversation.innerHTML });
}

async function outcome(action, body) {
  try {
    const address = `${action}?taal=${document.documentElement.lang}`;
    const response = await fetch(address, { method: "POST", body });
    const shown = nodesOf(await response.text()).querySelector(".judged");
    if (shown) return { kept: response.ok, shown };
  } catch {
    // Said below.
  }
  const shown = document.createElement("p");
  shown.className = "judged error";
  shown.textContent = document.querySelector('[data-problem~="unreachable"]')
    .content.querySelector("h3").textContent;
  shown.dataset.told = shown.textContent;
  return { kept: false, shown };
}
