// In <head>, before anything is drawn. The choice is kept in a cookie and not in localStorage, because
// signing out empties the browser's storage for us (Clear-Site-Data) and the choice holds no secret.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => document.cookie.match(/(?:^|; )console_theme=(light|dark)/)?.[1];
  const show = () => { root.dataset.bsTheme = chosen() ?? (system.matches ? "dark" : "light"); };
  root.classList.add("scripted");
  show();
  system.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const wanted = root.dataset.bsTheme === "dark" ? "light" : "dark";
    const follows = wanted === (system.matches ? "dark" : "light"); // back to what the system says: forget
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `console_theme=${wanted}; Path=/; SameSite=Lax; Max-Age=${follows ? 0 : 31536000}${secure}`;
    show();
  });
})();
