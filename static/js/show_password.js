// Let people read the password they are typing. Without scripts the box stays a plain password box.
for (const input of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  const say = (shown) => {
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", shown ? "Hide password" : "Show password");
  };
  button.type = "button";
  button.className = "btn btn-quiet";
  button.setAttribute("aria-controls", input.id);
  say(false);
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    say(shown);
  });
  const row = document.createElement("div");
  row.className = "with-button";
  input.replaceWith(row);
  row.append(input, button);
}
