// Selecting rows of a table: the box of the head takes the page, Shift a range, and the bar says how many they are.
// A region that was swapped has new boxes, so everything is looked up when it is needed.
let last = null;

const rowBoxes = (region) => [...region.querySelectorAll("tbody .bulk-box input")];

function count(region, aloud) {
  const boxes = rowBoxes(region), ticked = boxes.filter((box) => box.checked).length;
  const page = region.querySelector("thead .bulk-box input");
  page.checked = ticked === boxes.length;
  page.indeterminate = ticked > 0 && !page.checked;
  const bar = region.querySelector(".bulk-count");
  bar.querySelector("strong").textContent = ticked;
  if (aloud) document.getElementById("announce").textContent = bar.textContent.trim();
}

function tick(boxes, checked) {
  for (const box of boxes) box.checked = checked;
}

// A click, by mouse or by space bar, knows whether Shift was held; "change" does not.
document.addEventListener("click", (event) => {
  const region = event.target.closest(".table-region");
  if (!region) return;
  const boxes = rowBoxes(region), box = event.target;
  if (box.closest("[data-unselect]")) {
    tick(boxes, false);
    region.querySelector("thead .bulk-box input").focus(); // the bar, and the focus on it, is gone
  } else if (box.matches("thead .bulk-box input")) {
    tick(boxes, box.checked);
  } else if (box.matches("tbody .bulk-box input")) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) tick(boxes.slice(from, to + 1), box.checked);
    last = box;
  } else return;
  count(region, true);
});

// What the browser itself put back. Mostly nothing, and then nothing is written: it would lay out the page once more.
window.addEventListener("pageshow", () => {
  for (const region of document.querySelectorAll(".table-region:has(.bulk)")) {
    if (rowBoxes(region).some((box) => box.checked)) count(region, false);
  }
});
