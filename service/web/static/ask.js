/** Asking without leaving the page: the answer comes in pieces, and stands in the conversation. */

import { offerCopying } from "./copy.js";
import "./filters.js";
import { copyOf, nodesOf, tell } from "./html.js";
import "./judge.js";
import { keep, kept } from "./kept.js";
import { answerTo } from "./answering.js";

const SLOW_MS = 4000;
const conversation = document.getElementById("gesprek");
const form = () => document.getElementById("vragen");
const box = () => document.getElementById("vraag");
const isFramed = "framed" in form().dataset;
let here = location.pathname + location.search;
let running = null;

if (!isFramed) restore();
prepare(document);

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent !== form() && !sent.matches("[data-ask]")) return;
  event.preventDefault();
  ask(new FormData(sent), "replace" in sent.dataset ? sent.closest(".exchange") : null);
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "vraag" || event.key !== "Enter") return;
  if (event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form().requestSubmit();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-question]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  box().value = link.textContent;
  form().requestSubmit();
});

addEventListener("popstate", () => {
  if (location.pathname + location.search !== here) location.reload();
});

/** Show what was kept of this page, in place of what its address alone tells. */
function restore() {
  const { html, turns, typed } = kept() ?? {};
  if (html) {
    conversation.replaceChildren(nodesOf(html));
    askOn({ turns });
  }
  if (typed && !box().value.trim()) box().value = typed;
}

function prepare(root) {
  root.querySelector(".keys")?.removeAttribute("hidden");
  offerCopying(root);
}

/** Ask what `fields` hold; the answer stands in place of `replaced`, or comes last. */
async function ask(fields, replaced = null) {
  if (running) {
    tell(form().querySelector("[data-busy]").dataset.busy);
    return;
  }
  const question = fields.get("vraag");
  if (!isFramed) keep({ ...kept(), typed: question });
  const pending = begin(question, replaced);
  running = new AbortController();
  form().querySelector("[data-busy]").setAttribute("aria-disabled", "true");
  pending.querySelector(".stop").addEventListener("click", () => running?.abort());
  const slow = setTimeout(() => showSlow(pending, fields.get("wijze")), SLOW_MS);
  const came = await answerTo(form().action, fields, running, (text) => append(pending, text));
  clearTimeout(slow);
  running = null;
  form().querySelector("[data-busy]").removeAttribute("aria-disabled");
  if (came.answer) finish(pending, replaced, question, came.answer);
  else if (came.form) giveBack(pending, replaced, came.form);
  else fail(pending, replaced, fields, came);
}

/** Show the question with nothing to it yet. */
function begin(question, replaced) {
  document.getElementById("suggesties")?.remove();
  document.querySelectorAll(".failed").forEach((one) => one.remove());
  form().querySelectorAll(".error").forEach((one) => one.remove());
  for (const wrong of form().querySelectorAll("[aria-invalid]")) {
    wrong.removeAttribute("aria-invalid");
    wrong.removeAttribute("aria-describedby");
  }
  const pending = copyOf(document.getElementById("lopend"));
  pending.querySelector("h2").textContent = question;
  if (replaced) replaced.hidden = true;
  if (replaced) replaced.after(pending);
  else conversation.append(pending);
  pending.querySelector("h2").focus({ preventScroll: true });
  pending.scrollIntoView({ block: "start" });
  tell(pending.querySelector(".searching").dataset.told);
  return pending;
}

/** Offer to stop, and say why it lasts while there is nothing to read. */
function showSlow(pending, manner) {
  const slow = pending.querySelector(".slow");
  slow.hidden = false;
  if (!pending.querySelector(".answer").hidden) return;
  const sentence = slow.querySelector(`[data-manner=${manner === "tekst" ? "tekst" : "citaten"}]`);
  sentence.hidden = false;
  tell(sentence.textContent);
}

/** The next piece of the answer. */
function append(pending, text) {
  const answer = pending.querySelector(".answer");
  answer.hidden = false;
  answer.append(text);
  const stage = pending.querySelector("[data-more]");
  stage.textContent = stage.dataset.more;
  for (const sentence of pending.querySelectorAll(".slow p")) sentence.hidden = true;
}

/** Put the answer where the question waits, and have the form ask on. */
function finish(pending, replaced, question, answer) {
  const exchange = nodesOf(answer.html).querySelector(".exchange");
  prepare(exchange);
  const hadFocus = pending.contains(document.activeElement) || document.activeElement === document.body;
  pending.replaceWith(exchange);
  replaced?.remove();
  if (hadFocus) exchange.querySelector("h2").focus({ preventScroll: true });
  if (box().value.trim() === question.trim()) box().value = "";
  askOn(answer);
  tell(exchange.dataset.told);
  document.title = `${answer.question.slice(0, 60)} – Briefwijzer`;
  if (!isFramed) {
    keep({ ...kept(), typed: "" });
    keep({ html: conversation.innerHTML, turns: answer.turns }, answer.address);
    here = location.pathname + location.search;
    // Who changes the language comes back to this question.
    for (const back of document.querySelectorAll("header [name=terug]")) back.value = here;
  }
}

function askOn({ turns, filters }) {
  const hidden = turns.map((turn) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "eerder", value: turn });
    return input;
  });
  document.getElementById("eerder").replaceChildren(...hidden);
  form().method = "post";
  form().querySelector("label[for=vraag]").textContent = box().dataset.followUp;
  form().querySelector(".new").hidden = false;
  if (filters) document.getElementById("filters").replaceWith(nodesOf(filters));
}

/** Show the form as the server gave it back, with what is wrong beside the fields. */
function giveBack(pending, replaced, html) {
  const typed = box().value;
  pending.remove();
  if (replaced) replaced.hidden = false;
  form().replaceWith(nodesOf(html));
  // What is too long does not come back from the server.
  if (!box().value) box().value = typed;
  prepare(form());
  const wrong = form().querySelector("[aria-invalid]");
  (wrong ?? box()).focus();
  tell(form().querySelector(".error")?.textContent ?? "");
}

/** Say what went wrong where the answer would have come, with a way to try again. */
function fail(pending, replaced, fields, { problem, requestId }) {
  const known = document.querySelector(`[data-problem~="${CSS.escape(problem)}"]`)
    ?? document.querySelector('[data-problem~="other"]');
  const trouble = copyOf(known);
  const number = trouble.querySelector("[data-request-id]");
  if (number && requestId) {
    number.textContent = requestId;
    number.parentElement.hidden = false;
  }
  pending.querySelector(".searching").remove();
  pending.querySelector(".slow").remove();
  pending.classList.add("failed");
  pending.append(trouble);
  if (replaced) replaced.hidden = false;
  const question = fields.get("vraag");
  if (!box().value.trim()) box().value = question;
  const again = trouble.querySelector(".again");
  again.addEventListener("click", () => ask(fields, replaced));
  tell(`${trouble.querySelector("h3").textContent}. ${trouble.querySelector("p").textContent}`);
  if (problem === "stopped") box().focus();
}
