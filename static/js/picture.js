// Crops a picture before it is sent. Only on pages with such a field; the cropper itself is loaded when a picture is
// chosen. What is cropped takes the place of the chosen file, so that the form is sent as it is without a script.
const SIDE = 512, STAGE = 1024, SMALLEST = 24, STEP = 4, WAIT = 120;

const part = (root, name) => root.querySelector(`[data-${name}]`);

async function drawn(file) {
  const bitmap = await createImageBitmap(file); // upright, as a phone says that it was taken
  const scale = Math.min(1, STAGE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

class Cropping {
  constructor(root, source, file) {
    Object.assign(this, { root, source, type: file.type === "image/jpeg" ? "image/jpeg" : "image/png" });
    const stage = part(root, "stage");
    stage.replaceChildren(part(root, "cropper-parts").content.cloneNode(true));
    stage.style.aspectRatio = `${source.width} / ${source.height}`;
    stage.querySelector("cropper-image").src = source.toDataURL(this.type);
    [this.stage, this.selection] = [stage, stage.querySelector("cropper-selection")];
    this.selection.addEventListener("change", (event) => this.changed(event));
    requestAnimationFrame(() => this.begin());
  }

  get most() { return Math.min(this.stage.clientWidth, this.stage.clientHeight); }

  // In the middle, and as large as it can be. What the cropper does before that does not count.
  begin() {
    this.begun = true;
    this.place((this.stage.clientWidth - this.most) / 2, (this.stage.clientHeight - this.most) / 2, this.most);
  }

  // Inside the picture: what sticks out is moved back.
  fitted(x, y, side) {
    const size = Math.max(Math.min(SMALLEST, this.most), Math.min(side, this.most));
    const between = (value, most) => Math.max(0, Math.min(value, most - size));
    return [between(x, this.stage.clientWidth), between(y, this.stage.clientHeight), size].map(Math.floor);
  }

  place(x, y, side) {
    const [left, top, size] = this.fitted(x, y, side);
    this.selection.$change(left, top, size, size);
  }

  move(x, y) { this.place(this.selection.x + x, this.selection.y + y, this.selection.width); }

  resize(percent) {
    const { x, y, width } = this.selection, side = (this.most * percent) / 100;
    this.place(x + (width - side) / 2, y + (width - side) / 2, side);
  }

  changed(event) {
    if (!this.begun) return;
    const { x, y, width } = event.detail, fitted = this.fitted(x, y, width);
    if (fitted.some((value, index) => Math.abs(value - [x, y, width][index]) > 1)) {
      event.preventDefault();
      return this.place(...fitted);
    }
    part(this.root, "size").value = Math.round((100 * width) / this.most);
    this.root.setAttribute("aria-busy", "true");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(), WAIT);
  }

  apply() {
    const scale = this.source.width / this.stage.clientWidth, { x, y, width } = this.selection;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE;
    canvas.getContext("2d").drawImage(this.source, x * scale, y * scale, width * scale, width * scale, 0, 0, SIDE, SIDE);
    const shown = Object.assign(new Image(80, 80), { alt: part(this.root, "preview").dataset.alt, src: canvas.toDataURL(this.type) });
    part(this.root, "preview").replaceChildren(shown);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], `picture.${this.type === "image/png" ? "png" : "jpg"}`, { type: this.type }));
      this.root.querySelector("input[type=file]").files = files.files;
      this.root.setAttribute("aria-busy", "false");
    }, this.type, 0.92);
  }
}

const croppings = new WeakMap();
// A phone that is turned shows the picture at another size.
window.addEventListener("resize", () => {
  for (const root of document.querySelectorAll("[data-picture]")) croppings.get(root)?.begin();
});

async function choose(root, file) {
  croppings.delete(root);
  part(root, "crop").hidden = true;
  const kept = part(root, "kept");
  if (kept) kept.checked = false;
  if (!file) return;
  const source = await drawn(file).catch(() => null);
  if (!source) return; // no picture for this browser: the server says what is wrong with it
  await import(root.dataset.cropper);
  part(root, "crop").hidden = false;
  croppings.set(root, new Cropping(root, source, file));
}

document.addEventListener("change", ({ target }) => {
  const root = target.type === "file" && target.closest("[data-picture]");
  if (root) choose(root, target.files[0]);
});

document.addEventListener("input", ({ target }) => {
  if ("size" in target.dataset) croppings.get(target.closest("[data-picture]"))?.resize(Number(target.value));
});

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener("keydown", (event) => {
  const stage = event.target.closest?.("[data-stage]"), cropping = stage && croppings.get(stage.closest("[data-picture]"));
  if (!cropping) return;
  const step = event.shiftKey ? 5 * STEP : STEP, way = KEYS[event.key];
  const grow = { "+": 5, "=": 5, "-": -5 }[event.key];
  if (way) cropping.move(way[0] * step, way[1] * step);
  else if (grow) cropping.resize(Number(part(stage.closest("[data-picture]"), "size").value) + grow);
  else return;
  event.preventDefault();
});

for (const type of ["dragover", "drop"]) {
  document.addEventListener(type, (event) => {
    const root = event.target.closest?.("[data-picture]"), files = event.dataTransfer?.files;
    if (!root) return;
    event.preventDefault();
    if (type === "drop" && files.length) {
      root.querySelector("input[type=file]").files = files;
      choose(root, files[0]);
    }
  });
}
