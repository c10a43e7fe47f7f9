/**
 * What was asked, kept with its entry in the browser's history, and nowhere else: who comes back
 * from a letter, or loads the page anew, finds the conversation as it was.
 */

let latest = kept();

/** What is kept with this entry: the conversation (`html`, `turns`), a question without an answer
 * yet (`typed`); or null. */
export function kept() {
  return history.state?.conversation ?? null;
}

/** Keep something with this entry, or with a new one where there is an `address`. */
export function keep(what, address) {
  latest = what;
  const enter = (state) => {
    if (address) history.pushState(state, "", address);
    else history.replaceState(state, "");
  };
  try {
    enter({ conversation: what });
  } catch {
    enter(null); // It is longer than this browser keeps.
  }
}

// A marker that leads to its source makes an entry, and the way back from a letter ends there.
addEventListener("hashchange", () => {
  if (!kept() && latest) keep(latest);
});
