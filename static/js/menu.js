// Close an open <details data-menu> with Esc, by a click elsewhere, or when the focus leaves it.
(() => {
  const close = (menu) => menu.removeAttribute("open");
  const open = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => open().forEach((menu) => menu.contains(event.target) || close(menu)));
  document.addEventListener("focusin", (event) => open().forEach((menu) => menu.contains(event.target) || close(menu)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      close(menu);
      menu.querySelector("summary").focus();
    });
  });
})();
