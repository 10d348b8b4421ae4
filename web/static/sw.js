// Answers where there is no signal: with what was kept, or by keeping what was to be sent. `ALUR` stands before this.
"use strict";

importScripts(ALUR.outbox);

const SHELL = `shell-${ALUR.release}`;
const AT = "Alur-At"; // when a page was kept, in milliseconds
const MARK = "Alur-Keep"; // whose page it is; only pages that may be kept have it
const SLOW = 8_000; // milliseconds until a kept page is shown in the place of one that does not come
const MOST_PAGES = 60;
const GATEWAY = [502, 504]; // a proxy that does not reach Alur
const OTHERS = /<section data-others[^]*?<\/section>/g; // what a page says of other people is not kept
let leavings = 0; // what was asked for before somebody signed out is not kept after it

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("sync", (event) => event.waitUntil(synced()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode !== "navigate") return;
  else if (request.method !== "POST") event.respondWith(page(event, url));
  else if (request.referrer.startsWith(`${location.origin}/`)) event.respondWith(posted(event, url));
  // A form of another site goes to the server, which refuses it: sent later, it would have a token of ours.
});

async function install() {
  const shell = await caches.open(SHELL);
  await shell.addAll([...ALUR.files, ...ALUR.lost.map((page) => new Request(page, { credentials: "omit" }))]);
  await self.skipWaiting();
}

// What another release has kept leans on files that are no longer there.
async function activate() {
  const others = (await caches.keys()).filter((name) => name !== SHELL);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
  if (await read("owner", "who")) await stock(leavings).catch(() => {}); // the next visit to the first page tries again
}

async function synced() {
  if (await flush()) throw new Error("not all is sent"); // the browser tries again later
}

async function file(request) {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

// Pages: from the server, else as they were kept.

async function page(event, url) {
  const kept = await found(url);
  const before = leavings;
  try {
    await signOut();
    const coming = fetch(event.request);
    const answer = await (kept ? Promise.race([coming, late()]) : coming);
    if (!GATEWAY.includes(answer.status)) {
      event.waitUntil(keep(url, answer.clone(), before).catch(() => {})); // a full disk is no reason to show nothing
      return answer;
    }
  } catch {
    // no connection: see below
  }
  return kept ? shown(kept) : instead("gone");
}

function late() {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("slow")), SLOW));
}

async function found(url) {
  const form = /^\/start\/(\w+)(?:$|\/(?!check\/))/.exec(url.pathname);
  const path = form && !url.searchParams.has("about") ? `/offline/form/${form[1]}` : url.pathname;
  const pages = await caches.open(PAGES);
  const kept = await pages.match(path, { ignoreSearch: path.startsWith("/offline/") });
  if (!kept || Date.now() - kept.headers.get(AT) < KEPT) return kept;
  await trim(pages);
}

async function keep(url, answer, before) {
  const who = answer.headers.get(MARK);
  if (!who) return;
  const form = url.pathname.startsWith("/offline/form/");
  const said = url.search && !form; // what was just said is not to be said again
  const headers = new Headers(answer.headers);
  headers.set(AT, Date.now());
  const response = new Response((await answer.text()).replace(OTHERS, ""), { headers });
  const pages = await unlessLeft(before, async () => {
    await belongsTo(who);
    if (said) return;
    const pages = await caches.open(PAGES);
    if (form) await pages.delete(url.pathname, { ignoreSearch: true });
    await pages.put(url, response);
    return pages;
  });
  if (pages && url.pathname === "/") await Promise.all([stock(before), trim(pages)]);
}

function unlessLeft(before, work) {
  return navigator.locks.request("leaving", () => (before === leavings ? work() : undefined));
}

function leave() {
  leavings += 1;
  return navigator.locks.request("leaving", forget);
}

async function trim(pages) {
  const requests = await pages.keys(); // the oldest first
  const before = Date.now() - KEPT;
  for (const [place, request] of requests.entries()) {
    const at = (await pages.match(request))?.headers.get(AT);
    if (at < before || place < requests.length - MOST_PAGES) await pages.delete(request);
  }
  await forgetOld();
}

// Fetches the forms that this person may fill in, those that have changed, one after the other.
async function stock(before) {
  const { who, forms } = await (await fetch("/offline/forms")).json();
  const titles = Object.fromEntries(forms.map((form) => [form.process, form.title]));
  await unlessLeft(before, () => belongsTo(who).then(() => write("owner", "titles", titles)));
  const pages = await caches.open(PAGES);
  for (const { address } of forms) {
    const url = new URL(address, location.href);
    if (before !== leavings) return;
    if (await pages.match(url)) continue;
    const answer = await fetch(url);
    if (answer.ok) await keep(url, answer, before);
  }
}

async function shown(kept) {
  const html = await kept.text();
  const language = /<html lang="(\w+)"/.exec(html)[1];
  const words = ALUR.words[language][html.includes("data-offline") ? "form" : "page"];
  const banner = `<p class="banner" role="status">${words.replace("{}", clock(+kept.headers.get(AT), language))}</p>`;
  const marked = html.replace("<html ", "<html data-stored ").replace(/<main[^>]*>/, (main) => main + banner);
  return new Response(marked, { headers: kept.headers });
}

function clock(at, language) {
  const day = new Date(at).toDateString() === new Date().toDateString() ? {} : { day: "numeric", month: "short" };
  return new Date(at).toLocaleString(language === "en" ? "en-GB" : "id-ID", { hour: "2-digit", minute: "2-digit", ...day });
}

async function instead(why, back = "/") {
  const language = (await read("owner", "language")) ?? "id";
  const lost = await caches.match(`/offline/${language}`, { cacheName: SHELL });
  const html = (await lost.text()).replace("<html ", "<html data-stored ").replace(`data-why="${why}" hidden`, "");
  const page = html.replace("#back", new URL(back || "/", location.href).pathname);
  return new Response(page, { status: 503, headers: lost.headers });
}

// Forms: to the server; without signal a request is kept and sent later, and nothing else ever is.

async function posted(event, url) {
  const leaving = url.pathname === "/sign-out";
  const wanted = leaving || /^\/(start\/\w+|offline\/form\/\w+|start\/\w+\/check\/[^/]+)$/.test(url.pathname + url.search);
  const copy = wanted && event.request.clone();
  if (leaving && !url.search && (await unsent())) return Response.redirect("/", 303); // whose script asks first
  if (leaving) await leave();
  else if (url.pathname === "/sign-in") await caches.delete(PAGES); // perhaps somebody else comes
  try {
    const answer = await fetch(event.request);
    if (!GATEWAY.includes(answer.status)) return answer;
  } catch {
    // no connection: see below
  }
  if (leaving) await write("owner", "leaving", await copy.text());
  if (leaving || !copy) return instead(leaving ? "out" : "unsent", event.request.referrer);
  await post(url, await copy.formData());
  return Response.redirect("/", 303);
}

async function unsent() {
  return (await read("outbox")).some((entry) => UNSENT.includes(entry.state));
}

// A whole form is sent under a key that is made now; a checked request has its own, as it may have arrived.
async function post({ pathname }, form) {
  const checked = pathname.includes("/check/");
  const process = /\w+$/.exec(pathname.split("/check/")[0])[0];
  const key = checked ? form.get("_key") : crypto.randomUUID();
  const url = checked ? pathname : `/offline/form/${process}`;
  const fields = filled(form);
  const title = (await read("owner", "titles"))?.[process];
  await put({ key, url, process, title, fields, checked, at: Date.now(), state: "waiting" });
  await remove("drafts", process);
  await self.registration.sync?.register("outbox").catch(() => {}); // pages send, too
}

// Who signed out without signal is signed out on the server before anything is asked of it.
async function signOut() {
  const body = await read("owner", "leaving");
  if (!body) return;
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const { status } = await fetch("/sign-out", { method: "POST", body, headers });
  if (status >= 500) throw new Error("not signed out"); // asked again before the next page
  await remove("owner", "leaving");
}
