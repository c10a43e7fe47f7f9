/** Asking without leaving the page: the answer comes in pieces, and stands in the conversation. */

import { offerCopying } from "./copy.js";
import "./filters.js";
import { copyOf, nodesOf, tell } from "./html.js";
import "./judge.js";
import { answerTo } from "./answering.js";

const SLOW_MS = 4000;
const conversation = document.getElementById("gesprek");
const form = () => document.getElementById("vragen");
const box = () => document.getElementById("vraag");
const isFramed = "framed" in form().dataset;
let here = location.pathname + location.search;
let running = null;

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
  const pending = begin(question, replaced);
  running = new AbortController();
  form().querySelector("[data-busy]").setAttribute("aria-disabled", "true");
  pending.querySelector(".stop").addEventListener("click", () => running?.abort());
  const slow = setTimeout(() => showSlow(pending), SLOW_MS);
  const came = await answerTo(form().action, fields, running, (text) => {
    const answer = pending.querySelector(".answer");
    answer.hidden = false;
    answer.append(text);
  });
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

function showSlow(pending) {
  const slow = pending.querySelector(".slow");
  const sentence = slow.querySelector("p");
  slow.hidden = false;
  sentence.hidden = !pending.querySelector(".answer").hidden;
  if (!sentence.hidden) tell(sentence.dataset.told);
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
    history.pushState(null, "", answer.address);
    here = location.pathname + location.search;
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
