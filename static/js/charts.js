// <bar-chart library="…"> draws the table that it holds as columns; a column leads where the link of its row does.
// The library is fetched when the chart comes into sight. Should it not come, the table is shown instead.
let coming;
function fetched(address) {
  coming ??= new Promise((come, fail) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: come, onerror: fail });
    document.head.append(script);
  });
  return coming;
}

customElements.define("bar-chart", class extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector(".columns");
    this.sight = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) this.arrive(); }, { rootMargin: "300px" });
    this.sight.observe(this);
    // theme.js has changed the theme.
    this.theme = new MutationObserver(() => this.paint());
  }
  disconnectedCallback() {
    this.sight.disconnect();
    this.theme.disconnect();
    this.chart?.destroy();
  }
  async arrive() {
    this.sight.disconnect();
    try {
      await fetched(this.getAttribute("library"));
      this.draw();
    } catch {
      this.area.remove();
      this.querySelector("details").open = true;
    }
  }
  draw() {
    const rows = [...this.querySelectorAll("tbody tr")];
    const links = rows.map((row) => row.querySelector("a")?.href);
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.querySelector("caption").textContent);
    this.area.replaceChildren(canvas);
    Chart.defaults.font.family = getComputedStyle(this).fontFamily;
    this.chart = new Chart(canvas, {
      type: "bar",
      data: {
        labels: rows.map((row) => row.cells[0].textContent.trim()),
        datasets: [{ data: rows.map((row) => Number(row.cells[1].textContent)), borderRadius: 3, maxBarThickness: 48 }],
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { display: false }, tooltip: { displayColors: false } },
        scales: {
          x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 12 } },
          y: { beginAtZero: true, ticks: { precision: 0, maxTicksLimit: 6 }, border: { display: false } },
        },
        onHover: (event, hit) => { canvas.style.cursor = links[hit[0]?.index] ? "pointer" : ""; },
        onClick: (event, hit) => { if (links[hit[0]?.index]) location.assign(links[hit[0].index]); },
      },
    });
    this.paint();
    this.theme.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  }
  paint() {
    // The stylesheet says the colors; the canvas has to be told.
    const { color, fill, stroke } = getComputedStyle(this.area);
    const { data, options } = this.chart;
    Object.assign(data.datasets[0], { backgroundColor: fill, hoverBackgroundColor: fill });
    options.scales.x.ticks.color = options.scales.y.ticks.color = color;
    options.scales.y.grid = { color: stroke };
    this.chart.update();
  }
});
