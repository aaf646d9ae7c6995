// The queue without this file: rows are chosen one by one. With it:
// "select all on this page", a running count, and the focus back on the case after Back.

function picks() {
  return [...document.querySelectorAll("input[name=case]")];
}

function count() {
  const chosen = picks().filter((pick) => pick.checked);
  for (const pick of picks()) pick.closest("tr").classList.toggle("sel", pick.checked);
  const words = document.querySelector("[data-selected]");
  if (words) words.textContent = `${chosen.length} selected`;
  const all = document.getElementById("select-all");
  if (!all) return;
  all.checked = chosen.length > 0 && chosen.length === picks().length;
  all.indeterminate = chosen.length > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "select-all") for (const pick of picks()) pick.checked = event.target.checked;
  if (event.target.closest("[data-bulk]")) count();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#results a.ref");
  if (link) history.replaceState({ ...history.state, case: link.id }, "");
});

function returned() {
  const came = history.state?.case;
  if (came) document.getElementById(came)?.focus();
}

addEventListener("pageshow", () => {
  count();
  returned();
});

// A chip that is gone takes its focus along: the next chip gets it, or the line that says how many are left.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "queue") return;
  count();
  if (document.activeElement !== document.body) return;
  const chip = document.querySelector("#results .chip-on");
  (chip ?? document.getElementById("results-line"))?.focus();
});
