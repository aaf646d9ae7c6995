// Say so when htmx could not reach the server or was refused: a click must never do nothing in silence.
(() => {
  const NOT_REACHED = "Not saved. The server could not be reached. Check your connection and try again.";
  const FAILED = "Not saved. There is a problem with the service. Try again in a few minutes.";
  const SIGNED_OUT = "Not saved. You are signed out. Sign in again in a new tab, then try again.";

  const say = (words) => {
    const notice = document.getElementById("swap-error");
    notice.querySelector("[data-words]").textContent = words;
    notice.hidden = false;
  };

  document.addEventListener("htmx:sendError", () => say(NOT_REACHED));
  document.addEventListener("htmx:timeout", () => say(NOT_REACHED));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const { status } = detail.xhr;
    say(status === 401 ? SIGNED_OUT : status === 403 ? "You cannot do this. Nothing was changed." : FAILED);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) document.getElementById("swap-error").hidden = true;
  });
})();
