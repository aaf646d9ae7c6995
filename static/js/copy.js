// Copy a reference or a sentence: <button data-copy="words"> or <button data-copy-from="id">. Says so in the button.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  await navigator.clipboard.writeText(button.dataset.copy ?? source.innerText.trim());
  const label = button.lastChild;
  const before = label.textContent;
  label.textContent = "Copied";
  button.setAttribute("aria-live", "polite");
  setTimeout(() => (label.textContent = before), 2000);
});
