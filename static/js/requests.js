// What htmx leaves open: failures that can be seen and tried again, focus, and what is read out.
const region = (target) => document.getElementById(target.id) ?? target;

function showProblem(target, name) {
  for (const old of target.querySelectorAll(":scope > .problem")) old.remove();
  target.prepend(document.getElementById(name).content.cloneNode(true));
  return target.firstElementChild;
}

// What a page asks for by itself beside its content says nothing of its own failures.
const isAside = (target) => Boolean(target.closest("[data-aside]"));

// No answer at all: unreachable, timed out, or a status without a readable fragment.
function unanswered({ detail }) {
  if (isAside(detail.target)) return;
  const read = detail.requestConfig.verb === "get";
  const problem = showProblem(region(detail.target), read ? "text-unanswered-read" : "text-unanswered-write");
  if (read) problem.querySelector("[data-retry]").href = detail.pathInfo?.finalRequestPath ?? detail.requestConfig.path;
}

document.addEventListener("htmx:sendError", unanswered);
document.addEventListener("htmx:timeout", unanswered);

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (isAside(detail.target)) {
    detail.shouldSwap = detail.shouldSwap && !detail.isError && detail.xhr.getResponseHeader("X-Fragment") === "aside";
    detail.isError = false;
    return;
  }
  // How old the data is, is sent along with each answer for as long as it has to be said; not with asides.
  if (detail.requestConfig.verb === "get" && !detail.isError && detail.xhr.getResponseHeader("X-Fragment") !== "aside") document.getElementById("as-of")?.replaceChildren();
  if (detail.xhr.getResponseHeader("X-Fragment") === "error") {
    // Shown inside the region, which stays, so that trying again has a place to answer into. A form that
    // was being sent stays as it is; a region that was being read must not show what is no longer true.
    for (const old of detail.target.querySelectorAll(":scope > .problem")) old.remove();
    detail.shouldSwap = true;
    detail.isError = false;
    detail.swapOverride = detail.requestConfig.verb === "get" ? "innerHTML" : "afterbegin";
  } else if (detail.isError && !detail.shouldSwap) {
    unanswered({ detail });
  }
});

document.addEventListener("click", (event) => {
  const retry = event.target.closest?.("[data-retry]");
  const target = retry?.closest("[id]:not(main)");
  if (!target) return; // on a page of its own the link does it
  event.preventDefault();
  window.htmx.ajax("GET", retry.href, { source: target, target, swap: "outerHTML" });
});

// An empty field of a filter says nothing: the address stays short.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const [name, value] of [...detail.formData.entries()]) {
    if (value === "") detail.formData.delete(name);
  }
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target.removeAttribute("aria-busy"));

// A new message takes the place of earlier successes; errors stay until they are closed.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.id !== "messages") return;
  for (const old of detail.target.querySelectorAll(".alert-success, .alert-info")) old.remove();
});

export function focusProblem(root) {
  const first = root.querySelector("[data-error-summary]") ?? root.querySelector(".is-invalid");
  first?.focus();
  return Boolean(first);
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const swapped = region(detail.target);
  const said = swapped.querySelector?.("[data-announce]")?.textContent.trim();
  if (said) document.getElementById("announce").textContent = said;
  if (detail.requestConfig?.verb !== "get") focusProblem(swapped);
});

focusProblem(document);
