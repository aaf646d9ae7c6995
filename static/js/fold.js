// Fold long filters away on small screens: <button class="filter-open" data-folds="ID" hidden>. Without scripts the
// filters stay open and the button stays hidden. What htmx brings in folds too.
const fold = (root) => {
  for (const button of root.querySelectorAll("[data-folds]")) {
    const part = document.getElementById(button.dataset.folds);
    const show = (isOpen) => {
      part.classList.toggle("is-folded", !isOpen);
      button.setAttribute("aria-expanded", String(isOpen));
    };
    button.setAttribute("aria-controls", part.id);
    button.hidden = false;
    button.addEventListener("click", () => show(part.classList.contains("is-folded")));
    show(false);
  }
};

fold(document);
document.addEventListener("htmx:afterSwap", (event) => fold(event.target));
