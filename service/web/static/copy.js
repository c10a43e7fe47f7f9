/**
 * Buttons that copy: `data-copy` names the element with the plain text, `data-copy-rich` one whose
 * HTML goes along, `data-copied` and `data-failed` are what to say then. They are hidden without
 * scripts.
 */

/** Show the copy buttons within `root`. */
export function offerCopying(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const rich = document.getElementById(button.dataset.copyRich ?? "");
  const copied = await copy(source.value ?? source.textContent, rich?.innerHTML);
  if (!copied) select(source);
  said(button).textContent = copied ? button.dataset.copied : button.dataset.failed;
});

async function copy(text, html) {
  const flavours = { "text/plain": text, ...(html && { "text/html": html }) };
  try {
    const blobs = Object.entries(flavours).map(([type, one]) => [type, new Blob([one], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return true;
  } catch {
    return copyOnPlainHttp(flavours);
  }
}

/** Browsers give the clipboard to pages over https alone, but for this older way. */
function copyOnPlainHttp(flavours) {
  const fill = (event) => {
    for (const [type, one] of Object.entries(flavours)) event.clipboardData.setData(type, one);
    event.preventDefault();
  };
  document.addEventListener("copy", fill);
  try {
    return document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", fill);
  }
}

function select(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}

/** Where a button's outcome is said, seen and heard. */
function said(button) {
  if (!button.nextElementSibling?.matches(".copied")) {
    const place = document.createElement("span");
    place.className = "copied";
    place.setAttribute("role", "status");
    button.after(place);
  }
  return button.nextElementSibling;
}

offerCopying(document);
