/** One question sent, and what comes of it. */

import { eventsOf } from "./events.js";

// The server says something every 15 seconds, if only that it is still there.
const SILENCE_MS = 45_000;
// What a server in between means by a status without a word of ours.
const OF_STATUS = {
  413: "body-too-large", 429: "over-capacity", 502: "unreachable", 503: "over-capacity",
  504: "late",
};

/**
 * Send the fields of a question; `onText` gets the pieces of its answer. Resolves to one of
 * {answer} (html, address, turns, question, filters), {form} (the form as HTML, with what is wrong)
 * and {problem, requestId}. `stopping` can be aborted, of which the server hears.
 */
export async function answerTo(action, fields, stopping, onText) {
  let why = "stopped";
  let silence = 0;
  let hasBegun = false;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => { why = "broken"; stopping.abort(); }, SILENCE_MS);
  };
  try {
    const response = await fetch(action, {
      method: "POST", body: new URLSearchParams(fields), signal: stopping.signal,
      headers: { Accept: "text/event-stream" },
    });
    if (!isOf(response, "text/event-stream")) return await refused(response);
    hasBegun = true;
    heard();
    for await (const { name, data } of eventsOf(response, heard)) {
      if (name === "text") onText(data.text);
      if (name === "answer") return { answer: data };
      if (name === "problem") return named(data);
    }
    return { problem: "broken" };
  } catch {
    if (stopping.signal.aborted) return { problem: why };
    if (hasBegun) return { problem: "broken" };
    return { problem: navigator.onLine ? "unreachable" : "offline" };
  } finally {
    clearTimeout(silence);
  }
}

async function refused(response) {
  const isHtml = isOf(response, "text/html");
  if (isHtml && [413, 422].includes(response.status) && response.headers.has("X-Form")) {
    return { form: await response.text() };
  }
  if (isOf(response, "application/problem+json")) return named(await response.json());
  // What stands before the service answered: a page to sign in, or that nobody is there.
  if (response.ok || [401, 403].includes(response.status)) return { problem: "access" };
  return { problem: OF_STATUS[response.status] ?? "other" };
}

function named(problem) {
  return { problem: problem.type.split("/").pop(), requestId: problem.request_id };
}

function isOf(response, type) {
  return (response.headers.get("Content-Type") ?? "").startsWith(type);
}
