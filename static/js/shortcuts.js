// Keys that act by themselves. Never while something is typed, never below an open dialog, and not at all for whoever
// turned them off: people who speak to their computer would press them without knowing. The choice is a cookie, as
// the theme's is. The sheet that lists them is a page, shown in a dialog.
const PATIENCE = 1500; // milliseconds between g and the key that follows
const sheet = document.getElementById("sheet");
const isOff = () => /(?:^|; )console_shortcuts=off/.test(document.cookie);
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
let goesUntil = 0;

function step(by) {
  const rows = [...document.querySelectorAll("main tbody tr:has(a)")];
  const present = rows.indexOf(document.activeElement.closest("tbody tr"));
  const next = present < 0 ? (by > 0 ? 0 : rows.length - 1) : present + by;
  rows[next]?.querySelector("th a, a").focus();
}

function openSheet() {
  if (!sheet) return; // its own page is open
  sheet.showModal();
  window.htmx.ajax("GET", document.querySelector("a[data-sheet]").href, { target: "#shortcuts", swap: "outerHTML" });
}

const act = {
  "/": () => document.querySelector("main input[type=search]")?.focus(),
  "?": openSheet,
  g: () => { goesUntil = Date.now() + PATIENCE; },
  j: () => step(1),
  k: () => step(-1),
  n: () => document.querySelector(".heading-actions a.btn-primary")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const inRow = event.target.closest("main tbody tr");
  if (inRow && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    return step(event.key === "ArrowDown" ? 1 : -1);
  }
  const key = event.key.toLowerCase();
  const goes = Date.now() < goesUntil;
  goesUntil = 0;
  const does = goes ? () => document.querySelector(`#navigation a[data-key="${CSS.escape(key)}"]`)?.click() : act[key];
  if (!does) return;
  event.preventDefault();
  does();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]") || event.target.matches("dialog[open]")) event.target.closest("dialog")?.close();
  if (!sheet || event.ctrlKey || event.metaKey || !event.target.closest("a[data-sheet]")) return;
  event.preventDefault();
  openSheet();
});

function showChoice() {
  for (const box of document.querySelectorAll("[data-shortcuts]")) box.checked = !isOff();
  if (!/Mac|iP/.test(navigator.platform)) return;
  for (const key of document.querySelectorAll("[data-mac]")) key.textContent = key.dataset.mac;
}
document.addEventListener("change", ({ target }) => {
  if (!("shortcuts" in target.dataset)) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `console_shortcuts=off; Path=/; SameSite=Lax; Max-Age=${target.checked ? 0 : 31536000}${secure}`;
  showChoice();
});
document.addEventListener("htmx:afterSettle", showChoice);
showChoice();
