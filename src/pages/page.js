// Suggestions while typing, progress, a button to print. All of it works without, too.
"use strict";

const sv = document.documentElement.lang === "sv";
const say = (swedish, english) => (sv ? swedish : english);
const PAUSE_MS = 150;

// What may be somebody's number is asked of nobody.
const askable = (text) => text.length >= 2 && !/\d{4}/.test(text);

// The words go in a body: addresses are written down on the way.
async function suggestions(about, text, signal) {
  const body = new URLSearchParams({ about, q: text });
  const answer = await fetch(sv ? "/sv/suggest" : "/en/suggest", { method: "POST", body, signal, cache: "no-store" });
  return answer.ok ? answer.json() : [];
}

// An input with a list of suggestions below it (the pattern "editable combobox with list autocomplete").
function combobox(input, about, onPick) {
  const wrap = document.createElement("div");
  wrap.className = "combo";
  input.replaceWith(wrap);
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("Förslag", "Suggestions"));
  list.hidden = true;
  const status = document.createElement("div");
  status.className = "sr";
  status.setAttribute("role", "status");
  wrap.append(input, list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);

  let found = [], at = -1, timer = 0, asked = null;
  const close = () => {
    asked?.abort();
    clearTimeout(timer);
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    at = next;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    const option = list.children[at];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const pick = (place) => {
    const chosen = found[place];
    close();
    onPick(chosen);
  };
  const show = () => {
    list.replaceChildren(...found.map((one, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = one.label;
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => pick(place));
      return option;
    }));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    at = -1;
    status.textContent = found.length === 0
      ? say("Inga förslag.", "No suggestions.")
      : say(`${found.length} förslag. Pil ned för att välja.`, `${found.length} suggestions. Arrow down to choose.`);
  };
  input.addEventListener("input", () => {
    close();
    const text = input.value.trim();
    if (!askable(text)) return;
    timer = setTimeout(async () => {
      asked = new AbortController();
      try {
        found = await suggestions(about, text, asked.signal);
        if (document.activeElement === input) show();
      } catch { /* Without suggestions the words are read as they are written. */ }
    }, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" && open) mark((at + 1) % found.length);
    else if (event.key === "ArrowUp" && open) mark((at <= 0 ? found.length : at) - 1);
    else if (event.key === "Enter" && open && at >= 0) pick(at);
    else if (event.key === "Escape" && open) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  return close;
}

// Which concept somebody's words mean, for the form.
function remember(form, about, { id, label }) {
  const hidden = document.createElement("input");
  hidden.type = "hidden";
  hidden.name = "pick";
  hidden.value = `${about === "skills" ? "s" : "t"}|${id}|${label}`;
  form.append(hidden);
}

// One value.
function single(input) {
  const about = input.dataset.suggest;
  combobox(input, about, (chosen) => {
    input.value = chosen.label;
    remember(input.form, about, chosen);
  });
}

// Several values: an input that adds, and the values with buttons that remove. The text area stays the field.
function several(area) {
  const about = area.dataset.suggest;
  const input = document.createElement("input");
  input.type = "text";
  input.id = area.id;
  input.autocomplete = "off";
  input.spellcheck = false;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (area.hasAttribute(name)) input.setAttribute(name, area.getAttribute(name));
  }
  area.removeAttribute("id");
  area.hidden = true;
  const chips = document.createElement("ul");
  chips.className = "chips";
  const label = document.querySelector(`label[for="${input.id}"]`);
  chips.setAttribute("aria-label", `${label.textContent}: ${say("valda", "chosen")}`);
  area.after(input, chips);

  let values = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const draw = () => {
    area.value = values.join("\n");
    chips.hidden = values.length === 0;
    chips.replaceChildren(...values.map((value, place) => {
      const item = document.createElement("li");
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = "×";
      remove.setAttribute("aria-label", say(`Ta bort ${value}`, `Remove ${value}`));
      remove.addEventListener("click", () => {
        values.splice(place, 1);
        draw();
        (chips.querySelectorAll("button")[place] || input).focus();
      });
      item.append(value, remove);
      return item;
    }));
  };
  const add = (text) => {
    for (const value of text.split("\n").map((part) => part.trim()).filter(Boolean)) {
      if (!values.some((other) => other.toLowerCase() === value.toLowerCase())) values.push(value);
    }
    input.value = "";
    close();
    draw();
  };
  const addWritten = () => add(input.value.replace(/[,;\t]/g, "\n"));
  // An input forgets the ends of lines: what comes with several values is taken apart before it gets there.
  const addSeveral = (event, text) => {
    if (!/[\n\r;\t]/.test(text.trim())) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = input;
    const whole = value.slice(0, selectionStart) + text + value.slice(selectionEnd);
    add(whole.replace(/[\r,;\t]/g, "\n"));
  };
  const close = combobox(input, about, (chosen) => {
    remember(area.form, about, chosen);
    add(chosen.label);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.defaultPrevented && input.value.trim()) {
      event.preventDefault();
      addWritten();
    }
  });
  input.addEventListener("paste", (event) => addSeveral(event, event.clipboardData.getData("text")));
  input.addEventListener("drop", (event) => addSeveral(event, event.dataTransfer.getData("text")));
  // A semicolon ends a value, else the next would be asked for together with it.
  input.addEventListener("input", () => {
    if (input.value.includes(";")) addWritten();
  });
  // Whoever goes on without Enter means the words as well.
  area.form.addEventListener("submit", addWritten);
  draw();
}

// What goes on is looked after until it is done; then the page is shown anew.
async function watch(region) {
  const old = region.textContent;
  try {
    const answer = await fetch(location.href);
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-progress]");
      if (!now) return location.reload();
      if (now.textContent !== old) region.replaceChildren(...now.childNodes);
    }
  } catch { /* The next time may go well. */ }
  setTimeout(watch, 1500, region);
}

document.querySelectorAll("input[data-suggest]").forEach(single);
document.querySelectorAll("textarea[data-suggest]").forEach(several);
document.querySelectorAll("[data-progress]").forEach((region) => setTimeout(watch, 1000, region));
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
document.getElementById("errors")?.focus();
