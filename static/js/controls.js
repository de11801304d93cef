// Small controls that work by an attribute, wherever they are and whenever they arrive.
const actions = {
  dismiss: (button) => button.closest(".alert").remove(),
  print: () => window.print(),
  tick(button) {
    for (const box of button.form.elements) if (box.type === "checkbox") box.checked = true;
  },
  reload: (link, event) => { event.preventDefault(); location.reload(); },
  reveal(button) {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  },
  toggle(button) {
    const open = document.getElementById(button.dataset.toggle).classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  },
  async copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    await navigator.clipboard.writeText(text);
    document.getElementById("announce").textContent = document.getElementById("text-copied").content.textContent;
    button.setAttribute("aria-pressed", "true");
    setTimeout(() => button.setAttribute("aria-pressed", "false"), 2000);
  },
};

document.addEventListener("click", (event) => {
  for (const [name, act] of Object.entries(actions)) {
    const control = event.target.closest(`[data-${name}]`);
    if (control) act(control, event);
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A form is sent once; a page that comes back from the browser's memory can be sent again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  const again = () => { delete form.dataset.sent; event.submitter?.removeAttribute("aria-busy"); };
  window.addEventListener("pageshow", again, { once: true });
  form.addEventListener("htmx:afterRequest", again, { once: true });
});

// The danger button waits until the text has been typed; the server compares again.
function arm(form) {
  const typed = form.elements.confirm?.value.trim().replace(/\s+/g, " ").normalize("NFC");
  form.querySelector(".btn-danger").disabled = typed !== form.dataset.expected;
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.expected) arm(form);
});
for (const form of document.querySelectorAll("form[data-expected]")) arm(form);

// <count-down seconds="60" label="Send again in {} s" done="You can ask for a new code now."><button>Send</button></count-down>
// The server says how many seconds are left, so that a reload does not start anew.
customElements.define("count-down", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.text = this.button.textContent;
    this.end = Date.now() + 1000 * Number(this.getAttribute("seconds"));
    this.timer = setInterval(() => this.tick(), 250);
    this.tick();
  }
  disconnectedCallback() { clearInterval(this.timer); }
  tick() {
    const left = Math.max(0, Math.ceil((this.end - Date.now()) / 1000));
    this.button.disabled = left > 0;
    this.button.textContent = left ? this.getAttribute("label").replace("{}", left) : this.text;
    if (left) { this.counted = true; return; }
    clearInterval(this.timer);
    if (this.counted) document.getElementById("announce").textContent = this.getAttribute("done") ?? "";
  }
});
