// What was typed survives an ended session and a page that went out of date. Forms with data-keep are
// remembered, in this tab only, when they are sent. When an answer then is a page that interrupts (sign-in,
// "out of date", an error: marked data-interrupts-drafts), the draft waits for the next time its form is
// shown to the same person; any other answer forgets it. Passwords, codes, files and hidden fields never
// are remembered, and signing out forgets everything.
const PREFIX = "draft:";
const HOUR = 3_600_000;
const SKIPPED = new Set(["password", "hidden", "file", "submit", "button", "reset", "image"]);

const person = document.body.dataset.person ?? "";
const keyOf = (form) => PREFIX + (form.dataset.keep || new URL(form.action).pathname);
const kept = (field) => field.name && !SKIPPED.has(field.type) && field.autocomplete !== "one-time-code" && !("noKeep" in field.dataset);
const toggled = (field) => field.type === "checkbox" || field.type === "radio";

function* drafts() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) yield [key, JSON.parse(sessionStorage.getItem(key))];
  }
}

function remember(form) {
  const fields = [...form.elements].filter(kept).map((field) => [field.name, field.value, toggled(field) ? field.checked : null]);
  sessionStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), person, fields, interrupted: false }));
}

function putBack(form, draft) {
  for (const field of [...form.elements].filter(kept)) {
    const saved = draft.fields.find(([name, value]) => name === field.name && (!toggled(field) || value === field.value));
    if (!saved) continue;
    if (toggled(field)) field.checked = saved[2];
    else field.value = saved[1];
  }
  form.prepend(document.getElementById("text-draft").content.cloneNode(true));
}

function settle() {
  const interrupted = document.querySelector("[data-interrupts-drafts]") !== null;
  const answered = new Set([...document.querySelectorAll("form[data-keep]")].map(keyOf)); // here again, with errors
  for (const [key, draft] of drafts()) {
    const waits = draft.interrupted || (interrupted && !answered.has(key));
    if (waits && Date.now() - draft.at < HOUR) sessionStorage.setItem(key, JSON.stringify({ ...draft, interrupted: true }));
    else sessionStorage.removeItem(key);
  }
}

function restore(root) {
  for (const form of root.querySelectorAll("form[data-keep]")) {
    const key = keyOf(form);
    const draft = JSON.parse(sessionStorage.getItem(key));
    if (!draft?.interrupted) continue;
    sessionStorage.removeItem(key);
    if (draft.person === person) putBack(form, draft);
  }
}

document.addEventListener("submit", ({ target: form }) => {
  if ("forgetsDrafts" in form.dataset) for (const [key] of drafts()) sessionStorage.removeItem(key);
  if ("keep" in form.dataset) remember(form);
}, { capture: true });

document.addEventListener("htmx:afterSettle", settle);
settle();
restore(document);
