// The progress of an upload. Sending to the console can be cancelled; what is being passed on to Weila can't.
const part = (form, name) => form.querySelector(`[data-${name}]`);
const formOf = (event) => event.target.closest?.("form[data-uploads]");
const show = (form, names) => {
  for (const name of ["too-large", "too-long", "before", "progress", "cancelled"]) {
    const found = part(form, name);
    if (found) found.hidden = !names.includes(name);
  }
};

function passing(form, begun) {
  part(form, "sending").hidden = begun;
  part(form, "passing").hidden = !begun;
  part(form, "cancel").hidden = begun;
  if (!begun) return;
  part(form, "percent").textContent = "";
  form.querySelector("progress").removeAttribute("value");
  document.getElementById("announce").textContent = part(form, "passing").textContent;
}

// A text is sent with the line ends of Windows, in UTF-8.
const bytes = (field) => field.files ? field.files[0]?.size : new Blob([field.value.replaceAll("\n", "\r\n")]).size;

// What is larger than the console takes: the names of the parts that say so.
const tooLarge = (form) => [...form.querySelectorAll("[data-largest]")]
  .filter((field) => bytes(field) > Number(field.dataset.largest))
  .map((field) => (field.files ? "too-large" : "too-long"));

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (form) show(form, ["before", ...tooLarge(form)]);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = formOf(event);
  if (!form) return;
  const wrong = tooLarge(form);
  if (wrong.length) {
    show(form, ["before", ...wrong]);
    delete form.dataset.sent;
    event.detail.elt.querySelector("[type=submit]").removeAttribute("aria-busy");
    return event.preventDefault();
  }
  delete form.dataset.answered;
  passing(form, false);
  show(form, ["progress"]);
});

// It may lead on by itself, which breaks off nothing any more.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = formOf(event);
  if (form) form.dataset.answered = "1";
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = formOf(event), { loaded, total } = event.detail;
  if (!form || !total || part(form, "progress").hidden) return;
  if (loaded >= total) return passing(form, true);
  const percent = Math.floor((100 * loaded) / total);
  form.querySelector("progress").value = percent;
  part(form, "percent").textContent = `${percent} %`;
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-cancel]") && formOf(event);
  if (form) window.htmx.trigger(form, "htmx:abort");
});

document.addEventListener("htmx:sendAbort", (event) => {
  const form = formOf(event);
  if (form) show(form, ["before", "cancelled"]);
});

// No answer, or one that is shown above the form: what was chosen is still there.
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event);
    if (form) show(form, ["before"]);
  });
}

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form:not([data-answered]) [data-progress]:not([hidden])")) event.preventDefault();
});
