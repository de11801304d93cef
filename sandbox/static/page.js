"use strict";

const POLL_MS = 2000;
const message = document.getElementById("message");
const chinese = document.documentElement.lang.startsWith("zh");
const { done, offline, always } = document.body.dataset;

/* Controls need a header that no foreign page can send. */
async function control(method, path, body) {
  const answer = await fetch("/_sandbox/" + path, {
    method,
    headers: { "X-Sandbox": "1" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const decoded = await answer.json();
  if (!answer.ok) throw new Error(decoded.error);
  return decoded;
}

function say(text, bad = false) {
  message.textContent = text;
  message.classList.toggle("bad", bad);
}

/* Do something that changes the sandbox, say how it went, and show what is there now. */
async function act(work) {
  try {
    await work();
    say(done);
    await refresh();
  } catch (error) {
    say(error instanceof TypeError ? offline : error.message, true);
  }
}

const CELLS = {
  at: (entry) => [new Date(entry.at * 1000).toLocaleTimeString(), ""],
  code: (entry) => [entry.code, "mono code"],
  path: (entry) => [entry.path, "mono"],
  operation: (entry) => [entry.operation, "mono"],
  status: (entry) => [entry.status ?? "–", entry.status === 200 ? "" : "bad"],
  errcode: (entry) => [entry.errcode ?? "–", Number(entry.errcode) === 0 ? "" : "bad"],
  left: (entry) => [entry.times ?? (entry.probability ? `p = ${entry.probability}` : always), ""],
};

function fill(table, entries) {
  const columns = table.dataset.columns.split(" ");
  const rows = entries.map((entry) => {
    const row = document.createElement("tr");
    for (const column of columns) {
      const [text, classes] = (CELLS[column] ?? ((one) => [one[column] ?? "", ""]))(entry);
      const cell = row.insertCell();
      cell.textContent = text;
      if (classes) cell.className = classes;
    }
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
  table.parentElement.hidden = rows.length === 0;
  table.closest("section").querySelector(".none").hidden = rows.length > 0;
}

const LISTS = {
  inbox: ["inbox", (answer) => answer.messages],
  captchas: ["captchas", (answer) => answer.captchas.slice(0, 20)],
  faults: ["faults", (answer) => answer.faults],
  requests: ["requests?last=100", (answer) => answer.requests.reverse()],
};

async function refresh() {
  for (const table of document.querySelectorAll("table[data-list]")) {
    const [path, entries] = LISTS[table.dataset.list];
    fill(table, entries(await control("GET", path)));
  }
}

async function poll() {
  if (!document.hidden) {
    try {
      await refresh();
      if (message.textContent === offline) say("");
    } catch {
      say(offline, true);
    }
  }
  setTimeout(poll, POLL_MS);
}

async function showAssumptions() {
  const list = document.getElementById("assumptions");
  const template = document.getElementById("assumption");
  const { assumptions } = await control("GET", "assumptions");
  list.replaceChildren(...assumptions.map((one) => {
    const item = template.content.cloneNode(true);
    item.querySelector("b").textContent = one.number;
    item.querySelector("code").textContent = one.name;
    item.querySelector(".reason").textContent = chinese ? one.reason_zh : one.reason;
    const mark = item.querySelector("em");
    mark.hidden = one.value === one.default;
    const select = item.querySelector("select");
    for (const choice of one.choices) {
      select.add(new Option(choice, choice, choice === one.default, choice === one.value));
    }
    select.addEventListener("change", () => act(async () => {
      await control("POST", "assumptions", { [one.number]: select.value });
      mark.hidden = select.value === one.default;
    }));
    return item;
  }));
  list.setAttribute("aria-busy", "false");
}

const faultForm = document.getElementById("fault");

function showFaultValue() {
  for (const label of faultForm.querySelectorAll("label[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(faultForm.elements.kind.value);
    label.querySelector("input, select").disabled = label.hidden;
  }
}

function faultValue(fields) {
  switch (fields.kind.value) {
    case "latency":
    case "late": return fields.seconds.valueAsNumber;
    case "status": return fields.status.valueAsNumber;
    case "errcode": return fields.errcode.value;
    case "malformed": return fields.malformation.value;
    default: return undefined;
  }
}

faultForm.elements.kind.addEventListener("change", showFaultValue);
faultForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = faultForm.elements;
  act(() => control("POST", "faults", {
    system: "weila",
    operation: fields.operation.value,
    kind: fields.kind.value,
    value: faultValue(fields),
    times: fields.times.value ? fields.times.valueAsNumber : undefined,
  }));
});

document.getElementById("reset").addEventListener("submit", (event) => {
  event.preventDefault();
  const members = event.target.elements.members.valueAsNumber;
  act(async () => {
    await control("POST", "reset", { members });
    await showAssumptions();
  });
});

for (const button of document.querySelectorAll("[data-clear]")) {
  button.addEventListener("click", () => act(() => control("DELETE", button.dataset.clear)));
}
for (const button of document.querySelectorAll("[data-expire]")) {
  const refreshToo = button.dataset.expire === "true";
  button.addEventListener("click", () => act(() =>
    control("POST", "expire-tokens", { system: "weila", refresh: refreshToo })));
}

showFaultValue();
showAssumptions().catch(() => say(offline, true));
poll();
