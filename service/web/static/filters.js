/** The filters of the question form: the chosen ones as chips, and letters found while typing. */

import { copyOf, nodesOf, tell } from "./html.js";

const PAUSE_MS = 250;
const filters = () => document.getElementById("filters");
let waiting = 0;
let asking = null;

document.addEventListener("change", ({ target }) => {
  if (!target.closest("#filters")) return;
  if (target.type === "checkbox") {
    const name = target.closest("label");
    const label = name.querySelector("bdi") ?? name.querySelector("span");
    show(target.name, target.value, target.checked && label.textContent);
  } else if (target.type === "date") {
    for (const chip of chips()) if (chip.value.startsWith(`${target.name}:`)) remove(chip);
    show(target.name, target.value, target.value && spelled(target));
  }
});

document.addEventListener("input", ({ target }) => {
  if (target.id !== "zoek") return;
  clearTimeout(waiting);
  waiting = setTimeout(findLetters, PAUSE_MS);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.id !== "zoek") return;
  event.preventDefault();
  findLetters();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#filters button");
  if (!button) return;
  event.preventDefault();
  if (button.name === "zoeken") findLetters();
  else if (button.matches(".chip")) clear(button);
});

const chips = () => [...filters().querySelectorAll(".chips > ul .chip")];

/** Put a chip there for a filter with a label, and take it away without one. */
function show(field, value, label) {
  const key = `${field}:${value}`;
  const known = chips().find((chip) => chip.value === key);
  if (known && !label) remove(known);
  if (known || !label) return;
  const item = copyOf(filters().querySelector("[data-chip]"));
  const chip = item.querySelector("button");
  chip.value = key;
  chip.querySelector("bdi").textContent = label;
  filters().querySelector(".chips > ul").append(item);
  filters().querySelector(".chips").hidden = false;
}

function remove(chip) {
  chip.closest("li").remove();
  filters().querySelector(".chips").hidden = chips().length === 0;
}

/** Undo the choice that a chip stands for, and let the focus stay near it. */
function clear(chip) {
  const [, field, value] = chip.value.match(/^([^:]*):(.*)$/s);
  for (const control of document.getElementById("vragen").elements) {
    if (control.name !== field) continue;
    if (control.type === "checkbox" && control.value === value) control.checked = false;
    if (control.type === "date") control.value = "";
    if (control.type === "hidden" && control.value === value) control.remove();
  }
  document.getElementById(`fout-${field}`)?.remove();
  const at = chips().indexOf(chip);
  remove(chip);
  const next = chips()[at] ?? chips().at(-1) ?? filters().querySelector("summary")
    ?? document.getElementById("vraag");
  next.focus();
}

function spelled(input) {
  const [year, month, day] = input.value.split("-").map(Number);
  const shown = new Date(Date.UTC(year, month - 1, day)).toLocaleDateString(
    document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  return input.dataset.label.replace("$day", shown);
}

async function findLetters() {
  clearTimeout(waiting);
  asking?.abort();
  asking = new AbortController();
  const query = new URLSearchParams({
    zoek: document.getElementById("zoek").value, taal: document.documentElement.lang,
  });
  for (const box of filters().querySelectorAll("[name=brief]:checked")) {
    query.append("brief", box.value);
  }
  try {
    const response = await fetch(`/keuze?${query}`, { signal: asking.signal });
    if (!response.ok) return;
    const found = nodesOf(await response.text());
    const told = found.querySelector("[data-told]").textContent;
    document.getElementById("keuze").replaceChildren(found);
    tell(told);
  } catch {
    // What was there before stays: newer words were typed, or the service cannot be reached.
  }
}
