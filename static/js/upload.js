// The progress of an upload. Sending to the console can be cancelled; what is being passed on to Weila can't.
const part = (form, name) => form.querySelector(`[data-${name}]`);
const formOf = (event) => event.target.closest?.("form[data-uploads]");
const show = (form, names) => {
  for (const name of ["too-large", "before", "progress", "cancelled"]) part(form, name).hidden = !names.includes(name);
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

const tooLarge = (form) => {
  const input = form.querySelector("input[type=file]");
  return input.files[0]?.size > Number(input.dataset.largest);
};

document.addEventListener("change", (event) => {
  const form = formOf(event);
  if (form) show(form, tooLarge(form) ? ["before", "too-large"] : ["before"]);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = formOf(event);
  if (!form) return;
  if (tooLarge(form)) {
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
