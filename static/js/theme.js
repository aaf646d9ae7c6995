// Follow the device's colour scheme. Loaded before the first paint, so that a dark screen never flashes white.
(() => {
  const page = document.documentElement;
  if (!page.hasAttribute("data-follow-device")) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => page.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  follow();
  dark.addEventListener("change", follow);
})();
