// Warn five minutes before an unused session ends. One key press stays signed in; what was typed is saved anyway.
(() => {
  const dialog = document.getElementById("session-warning");
  if (!dialog) return;
  const WARN_BEFORE = 5 * 60 * 1000;
  const idle = Number(dialog.dataset.idleSeconds) * 1000;
  let timer;

  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(() => dialog.showModal(), Math.max(0, idle - WARN_BEFORE));
  };

  const stay = async () => {
    const response = await fetch(dialog.dataset.url, { redirect: "manual" }).catch(() => null);
    if (!response?.ok) return location.reload();
    document.dispatchEvent(new CustomEvent("redress:in-use"));
  };

  dialog.addEventListener("close", stay);
  document.addEventListener("redress:in-use", start);
  document.addEventListener("htmx:afterRequest", start);
  start();
})();
