// The button of a decision says what it will do.
for (const form of document.querySelectorAll("form.decide")) {
  const button = form.querySelector("[data-decide]");
  const say = () => {
    const chosen = form.querySelector("input[name=decision]:checked");
    if (chosen) button.textContent = chosen.dataset.button;
  };
  form.addEventListener("change", say);
  say();
}
