// The jump box: a field and the links that the server finds for it. The focus stays in the field, the arrow keys walk
// through the links (ARIA: a combobox with its listbox). The roles are given here, as without a script they are links.
const dialog = document.getElementById("jump"); // none on the page of its own
const input = document.getElementById("jump-input");
const results = () => document.getElementById("jump-results");
const hits = () => [...results().querySelectorAll("a")];
let chosen = null;
let hurried = false; // Enter was pressed before the answer was there

function choose(hit) {
  chosen?.setAttribute("aria-selected", "false");
  chosen = hit ?? null;
  chosen?.setAttribute("aria-selected", "true");
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
}

function prepare() {
  const found = hits();
  found.forEach((hit, number) => Object.assign(hit, { id: `hit-${number}`, role: "option", tabIndex: -1 }));
  if (found.length) Object.assign(results(), { role: "listbox", ariaLabel: input.placeholder });
  input.setAttribute("aria-expanded", String(found.length > 0));
  document.getElementById("jump-status").textContent = results().dataset.said ?? "";
  choose(found[0]);
  if (hurried && isAnswered()) chosen?.click();
}

const isAnswered = () => results().dataset.query === input.value.trim();

function open() {
  if (!dialog || dialog.open) return input.select();
  dialog.showModal();
  input.select();
  if (!isAnswered()) window.htmx.trigger(input, "jump");
}

input.setAttribute("role", "combobox");
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-controls", "jump-results");
prepare();

input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const found = hits();
  const at = found.indexOf(chosen);
  if (event.key === "ArrowDown") choose(found[(at + 1) % found.length]);
  else if (event.key === "ArrowUp") choose(found.at(at < 1 ? -1 : at - 1));
  else if (event.key === "Enter" && isAnswered()) chosen?.click();
  else if (event.key === "Enter") hurried = true;
  else return;
  event.preventDefault();
});
input.addEventListener("input", () => { hurried = false; });
document.addEventListener("htmx:afterSettle", ({ detail }) => { if (detail.target.id === "jump-results") prepare(); });

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  open();
});
window.addEventListener("pagehide", () => dialog?.close()); // or it would be open when somebody comes back
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || !event.target.closest("a[data-jump]")) return;
  event.preventDefault();
  open();
});
