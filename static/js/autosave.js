// Keep a long form on the server while it is typed: <form data-autosave="URL"> with an input named draft_version.
// The server answers 200 {version, saved_at}, 409 {error, version} when another tab saved, 401 when signed out,
// 422 {error} when it cannot keep what was typed. Nothing is kept in the browser. Saving never gives up.
(() => {
  const IDLE = 1000;
  const LONGEST = 5000;
  const RETRIES = [2000, 5000, 10000, 30000];

  const session = document.getElementById("session-warning");

  const clock = (moment) => {
    const hours = moment.getHours();
    const minutes = String(moment.getMinutes()).padStart(2, "0");
    return `${hours % 12 || 12}:${minutes}${hours < 12 ? "am" : "pm"}`;
  };

  class Autosave {
    constructor(form) {
      this.form = form;
      this.version = form.elements.draft_version;
      this.line = form.querySelector("[data-autosave-status]");
      this.voice = form.querySelector("[data-autosave-voice]");
      this.failures = 0;
      this.hasSpoken = false;
      this.isDirty = false;
      this.isSaving = false;
      this.firstChange = 0;
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.changed());
      form.addEventListener("focusout", () => this.isDirty && this.soon(0));
      form.addEventListener("submit", () => this.stop());
      document.addEventListener("visibilitychange", () => this.shown(!document.hidden));
      addEventListener("beforeunload", (event) => this.failures && this.isDirty && event.preventDefault());
    }

    shown(isShown) {
      if (isShown && this.isSignedOut) this.renew();
      else if (!isShown && this.isDirty) this.save();
    }

    // Somebody who signed in again in another tab brings a new token for the forms of this one.
    async renew() {
      const answer = await fetch(session.dataset.url, { redirect: "manual" }).catch(() => null);
      if (!answer?.ok) return;
      const { csrf_token: token } = await answer.json();
      for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = token;
      this.isSignedOut = false;
      this.soon(0);
    }

    changed() {
      if (!this.isDirty) this.firstChange = Date.now();
      this.isDirty = true;
      if (!this.failures) this.soon(Math.max(0, Math.min(IDLE, this.firstChange + LONGEST - Date.now())));
    }

    soon(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), wait);
    }

    stop() {
      clearTimeout(this.timer);
      this.isDirty = false;
    }

    async save() {
      if (this.isSaving || !this.isDirty) return;
      clearTimeout(this.timer);
      this.isSaving = true;
      this.isDirty = false;
      if (!this.failures) this.line.textContent = "Saving…";
      const answer = await this.send();
      this.isSaving = false;
      this.settle(answer);
      if (this.isDirty && !this.failures) this.soon(IDLE);
    }

    async send() {
      try {
        const response = await fetch(this.form.dataset.autosave, {
          method: "POST",
          body: new FormData(this.form),
          redirect: "manual",
          keepalive: document.hidden,
        });
        const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
        return { status: response.status, type: response.type, data: isJson ? await response.json() : {} };
      } catch {
        return { status: 0, type: "error", data: {} };
      }
    }

    settle({ status, type, data }) {
      if (status === 200) return this.saved(data);
      this.isDirty = true;
      if (status === 401 || type === "opaqueredirect") return this.signedOut();
      if (status === 409) return this.overtaken(data);
      if (status === 422) return this.say(data.error, true);
      const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
      this.failures += 1;
      this.say("Not saved. We will keep trying. Do not close this tab.", this.failures === 1);
      this.soon(wait);
    }

    saved({ version, saved_at: savedAt }) {
      const isNews = this.failures > 0 || !this.hasSpoken;
      this.failures = 0;
      if (this.version) this.version.value = version;
      this.firstChange = Date.now();
      this.say(`Draft saved ${clock(savedAt ? new Date(savedAt) : new Date())}`, isNews);
      document.dispatchEvent(new CustomEvent("redress:in-use"));
    }

    signedOut() {
      this.failures += 1;
      this.isSignedOut = true;
      this.say("Not saved: you are signed out. Your text stays here. ", true);
      const link = Object.assign(document.createElement("a"), {
        href: session.dataset.signIn,
        target: "_blank",
        textContent: "Sign in again in a new tab",
      });
      this.line.append(link);
    }

    overtaken({ version }) {
      this.say("Not saved: this draft was changed in another tab. ", true);
      const keep = Object.assign(document.createElement("button"), {
        type: "button",
        className: "link",
        textContent: "Keep what is on this page",
      });
      const see = Object.assign(document.createElement("a"), {
        href: location.href,
        target: "_blank",
        textContent: "See the other version",
      });
      keep.addEventListener("click", () => {
        this.version.value = version;
        this.soon(0);
      });
      this.line.append(keep, " ", see);
    }

    say(words, aloud) {
      this.line.textContent = words;
      this.line.classList.toggle("late", words.startsWith("Not saved"));
      if (aloud && this.voice) this.voice.textContent = words;
      this.hasSpoken = this.hasSpoken || aloud;
    }
  }

  for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
})();
