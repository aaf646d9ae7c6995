// Two shortcuts that collide with nothing: Ctrl+Enter sends the form in focus, Ctrl+K goes to the search box.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (event.key === "Enter") {
    const form = event.target.closest("form");
    if (!form || form.matches("[role=search]")) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.btn-primary[type=submit]"));
  }
  if (event.key.toLowerCase() === "k") {
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
});
