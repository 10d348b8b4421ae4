// Beside a password stands a button that shows what is typed. Without this script there is none.
"use strict";

for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const words = [button.textContent, button.dataset.then];
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = words[Number(shown)];
    field.focus();
  });
  field.form.addEventListener("submit", () => (field.type = "password"));
}
