// Keeps what is typed, shows what waits to be sent, and sends it.
"use strict";

const AGAIN = 30_000; // milliseconds until what waits is tried again on a page that stays open
const root = document.documentElement;
const stored = "stored" in root.dataset; // the page was kept on this device, see sw.js
const box = document.querySelector("[data-outbox]");
const post = "form[method=post]";

if (navigator.locks && window.indexedDB && window.caches) start().catch(() => {}); // pages work without all this

async function start() {
  document.addEventListener("input", ({ target }) => target.form && typed(target.form));
  const { who } = root.dataset;
  if (who) {
    await belongsTo(who);
    await write("owner", "language", root.lang);
    navigator.serviceWorker.register("/sw.js");
  }
  await settle();
  for (const form of document.querySelectorAll(post)) await restore(form);
  document.addEventListener("submit", submitted);
  new BroadcastChannel("outbox").addEventListener("message", show);
  await forgetOld();
  await show();
  for (const name of ["online", "offline"]) addEventListener(name, label);
  addEventListener("online", () => send().then(renew));
  document.addEventListener("visibilitychange", () => document.hidden || send());
  label();
  await send();
}

// A page without signal is fetched anew once there is one, but for a form.
function renew() {
  if (stored && !document.querySelector("[data-kept]")) location.reload();
}

let again;
async function send() {
  const left = await flush();
  clearTimeout(again);
  if (left && !document.hidden) again = setTimeout(send, AGAIN);
}

// Drafts: the answers on all pages of a request, named by data-kept; `dirty` names what the server has not seen.

function answers(form) {
  const values = {};
  for (const { name, type } of form.elements) if (name && type !== "hidden") values[name] = [];
  for (const [name, value] of filled(new FormData(form))) values[name]?.push(value);
  return values;
}

function typed(form) {
  const name = form.dataset.kept;
  const values = answers(form);
  const merged = (draft) => ({
    at: Date.now(),
    values: { ...draft?.values, ...values },
    dirty: { ...draft?.dirty, ...values },
  });
  return name && update("drafts", name, merged);
}

async function restore(form) {
  const name = form.dataset.kept;
  if ([...form].some((one) => one.value !== (one.defaultValue ?? one.value))) await typed(form); // before we were here
  const draft = name && (await read("drafts", name));
  if (!draft) return;
  const before = JSON.stringify(answers(form));
  for (const control of form.elements) {
    const values = draft.values[control.name];
    if (values && (stored || control.name in draft.dirty)) refill(control, values);
  }
  if (JSON.stringify(answers(form)) !== before) document.querySelector("[data-restored]")?.removeAttribute("hidden");
}

function refill(control, values) {
  if (control.type === "file") {
    const list = new DataTransfer();
    values.filter((value) => value instanceof File).forEach((value) => list.items.add(value));
    if (list.files.length) control.files = list.files;
  } else if (control.type === "radio" || control.type === "checkbox") {
    control.checked = values.includes(control.value);
  } else {
    control.value = values[0] ?? "";
  }
}

// The page that a form led to shows that the server has got it; going back shows nothing.
async function settle() {
  const [{ type }] = performance.getEntriesByType("navigation");
  const left = sessionStorage.getItem("left");
  sessionStorage.removeItem("left");
  if (!left || stored || type === "back_forward") return;
  const { from, draft, last, once } = JSON.parse(left);
  if (document.referrer !== from) return;
  if (once ? location.href !== from : last && location.pathname.startsWith("/requests/"))
    await remove("drafts", draft);
  else if (!last) await update("drafts", draft, (found) => found && { ...found, dirty: {} });
}

async function submitted(event) {
  const form = event.target;
  const { pathname } = new URL(form.action);
  const last = /^\/start\/\w+\/(check|clear)/.exec(pathname);
  const draft = form.dataset.kept;
  const { once } = form.dataset;
  if (draft) sessionStorage.setItem("left", JSON.stringify({ from: location.href, draft, last: Boolean(last), once }));
  if (last?.[1] === "clear") remove("drafts", draft);
  if (pathname === "/sign-out") return leave(event);
  if (stored && form.matches(post) && !form.dataset.fresh && !event.defaultPrevented) await freshen(event, form);
}

// A page that was kept has old tokens.
async function freshen(event, form) {
  event.preventDefault();
  form.dataset.fresh = "yes";
  const asked = await fetch("/offline/token").catch(() => null);
  if (asked?.ok && !asked.redirected) form.elements.csrf_token.value = (await asked.json()).token;
  if (form.elements._key) form.elements._key.value = crypto.randomUUID();
  form.requestSubmit(event.submitter);
}

// What waits is lost by leaving, so we ask once more.
async function leave(event) {
  event.preventDefault();
  const entries = await read("outbox").catch(() => []);
  if (entries.some((entry) => entry.state !== "sent") && !confirm(event.target.dataset.waiting)) return;
  await forget().catch(() => {});
  event.target.action += "?sure"; // see sw.js
  event.target.submit();
}

// The outbox: each request with how it stands.

async function show() {
  if (!box) return;
  const entries = (await read("outbox")).sort((one, other) => other.at - one.at);
  box.hidden = !entries.length;
  box.querySelector("ul").replaceChildren(...entries.map(item));
}

function item(entry) {
  const { state, address } = entry;
  const waits = state === "waiting";
  const wrong = state === "wrong";
  const apt = { [state]: true, title: true, words: entry.words, enter: waits && entry.enter, go: waits && !entry.enter };
  Object.assign(apt, { look: address, mend: wrong && !entry.checked, drop: wrong });
  const line = box.querySelector("template").content.cloneNode(true);
  const part = (name) => line.querySelector(`[data-part=${name}]`);
  for (const each of line.querySelectorAll("[data-part]")) if (!apt[each.dataset.part]) each.remove();
  if (entry.title) part("title").textContent = entry.title;
  part("words")?.append(entry.words.join(" "));
  part("sent")?.append(` ${clock(entry.at)}`);
  if (address) part("look").href = address;
  part("go")?.addEventListener("click", send);
  part("mend")?.addEventListener("click", () => mend(entry));
  part("drop")?.addEventListener("click", () => remove("outbox", entry.key).then(show));
  return line;
}

function clock(at) {
  return new Date(at).toLocaleTimeString(root.lang === "en" ? "en-GB" : "id-ID", { hour: "2-digit", minute: "2-digit" });
}

// What was refused becomes a draft again, and its form is opened.
async function mend({ key, process, fields }) {
  const values = {};
  for (const [name, value] of fields) (values[name] ??= []).push(value);
  await within(["drafts", "outbox"], (drafts, outbox) => {
    drafts.put({ at: Date.now(), values, dirty: values }, process);
    outbox.delete(key);
  });
  location.href = `/offline/form/${process}`;
}

function label() {
  for (const button of document.querySelectorAll("[data-offline]")) {
    button.dataset.online ??= button.textContent;
    button.textContent = stored || !navigator.onLine ? button.dataset.offline : button.dataset.online;
  }
}
