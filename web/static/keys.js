// Keys for whoever decides a lot. They work only while the focus is inside the list or the form (WCAG 2.1.4),
// and everything they do can be done without them.
"use strict";

const TYPED = "textarea, select, input:not([type=radio], [type=checkbox])";

for (const place of document.querySelectorAll("[data-keys]")) {
  const help = place.querySelector(".keys");
  if (help) help.hidden = false;
  place.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[place.dataset.keys][event.key];
    if (place.dataset.keys === "decision" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      place.requestSubmit();
    } else if (event.target.matches(TYPED)) {
      return;
    } else if (event.key === "?" && help) {
      help.open = !help.open;
    } else if (act) {
      event.preventDefault();
      act(place, event);
    }
  });
}

function go(list, event, steps) {
  const rows = [...list.querySelectorAll("tbody tr")];
  const row = rows[Math.min(Math.max(rows.indexOf(event.target.closest("tr")) + steps, 0), rows.length - 1)];
  row.querySelector("th a").focus();
}

function choose(form, event) {
  const place = event.target.closest(".item") ?? form;
  place.querySelectorAll("fieldset.field")[0]?.querySelectorAll("input[type=radio]")[event.key - 1]?.click();
}

function tick(_list, event) {
  event.target.closest("tr")?.querySelector("input[type=checkbox]")?.click();
}

const KEYS = {
  list: { j: (list, event) => go(list, event, 1), k: (list, event) => go(list, event, -1), x: tick },
  decision: Object.fromEntries([..."123456789"].map((digit) => [digit, choose])),
};
