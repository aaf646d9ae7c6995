// Log a case by keyboard: the customer list under the text box, and Ctrl+Enter from anywhere.
// Without this file the same buttons work as ordinary form buttons.

const form = document.getElementById("log-form");
const token = form.elements.csrfmiddlewaretoken.value;

function announceChange() {
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

// --- Customer -------------------------------------------------------------------------------------------------------

class CustomerList {
  constructor(field) {
    this.input = field.querySelector("input[name=customer_text]");
    this.url = field.dataset.customers;
    this.status = field.querySelector("[data-count]");
    this.asked = 0;
    this.list = document.createElement("ul");
    this.list.className = "options";
    this.list.id = "customer-options";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Customers");
    this.list.hidden = true;
    field.append(this.list);
    field.querySelector("[data-find]").hidden = true;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => this.press(event));
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 150);
  }

  async ask() {
    const words = this.input.value.trim();
    if (words.length < 2) return this.close();
    const turn = ++this.asked;
    this.list.closest("#customer").querySelector("[data-matches]")?.remove();
    this.pending = fetch(this.url, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ q: words }),
    });
    const answer = await this.pending.catch(() => null);
    if (turn !== this.asked) return;
    this.pending = null;
    if (!answer?.ok) return this.close();
    this.show(await answer.text());
  }

  show(options) {
    this.list.innerHTML = options;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const count = this.options.length - 1;
    this.status.textContent = count === 1 ? "1 customer found" : `${count || "No"} customers found`;
    this.activate(0);
    if (this.chooseWhenShown) this.choose(this.options[0]);
  }

  get options() {
    return [...this.list.children];
  }

  activate(index) {
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const active = this.options[index];
    this.active = index;
    this.input.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.enter();
    } else if (event.key === "Escape") {
      this.close();
    } else if (!this.list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.activate((this.active + step + this.options.length) % this.options.length);
    }
  }

  // Enter takes the first match, also when it was pressed before the list had come.
  enter() {
    if (!this.list.hidden && !this.pending) return this.choose(this.options[this.active]);
    if (this.input.value.trim().length < 2) return;
    clearTimeout(this.timer);
    this.chooseWhenShown = true;
    this.ask();
  }

  press(event) {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    this.choose(option);
  }

  choose(option) {
    changeCustomer(option.dataset.pick);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

async function changeCustomer(pick) {
  const block = document.getElementById("customer");
  const data = new URLSearchParams(new FormData(form));
  data.set("pick", pick);
  const answer = await fetch(block.dataset.update, {
    method: "POST",
    headers: { "X-CSRFToken": token, "HX-Request": "true" },
    body: data,
  }).catch(() => null);
  if (!answer?.ok) return;
  block.outerHTML = await answer.text();
  readyCustomer();
  const next = pick === "new" ? "id_name" : pick === "search" ? "id_customer_text" : "customer-change";
  document.getElementById(next)?.focus();
  announceChange();
}

function readyCustomer() {
  document.querySelectorAll("[data-customers]").forEach((field) => new CustomerList(field));
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("#customer button[name=pick]");
  if (!button) return;
  event.preventDefault();
  changeCustomer(button.value);
});

readyCustomer();

// --- Beside the form ------------------------------------------------------------------------------------------------

const will = document.getElementById("will");

// Controls of the panel belong to the form but are not inside it, so their changes do not bubble through it.
will.addEventListener("change", announceChange);

will.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  event.preventDefault();
  const dismissed = form.elements.dismissed;
  dismissed.value = `${dismissed.value} ${button.value}`.trim();
  announceChange();
  will.focus();
});

form.elements.channel.addEventListener("change", (event) => {
  document.querySelector("[data-channel]").textContent = event.target.selectedOptions[0].textContent;
});

// Inside the form shortcuts.js does it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target.closest("form")) return;
  event.preventDefault();
  form.requestSubmit(document.getElementById("log-button"));
});
