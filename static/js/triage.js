// An answer to a question that is no longer asked is taken back, so that what is sent is what is seen.

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (!form || !target.closest(".triage-q")) return;
  const stale = () =>
    [...form.querySelectorAll(".triage-q input:checked")].find((input) => !input.checkVisibility());
  for (let input = stale(); input; input = stale()) input.checked = false;
});
