// What this device keeps for one person: drafts, and what waits to be sent. Pages and the service worker share it.
"use strict";

const HOUR = 3_600_000; // milliseconds
const KEPT = 12 * HOUR; // pages, drafts and the news that something was sent; what is not sent is kept until it is
const UNSENT = ["waiting", "wrong"];
const PATIENCE = 90_000; // milliseconds for one sending
const PAGES = "pages";
const STORES = ["owner", "drafts", "outbox"];

let opening;
function database() {
  return (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("alur", 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = () => (opening = undefined);
      resolve(request.result);
    };
  }));
}

// Runs `work` on the stores in one transaction; resolves with the result of the request that it returns.
async function within(names, work, mode = "readwrite") {
  const transaction = (await database()).transaction(names, mode);
  return new Promise((resolve, reject) => {
    const request = work(...[names].flat().map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const read = (name, key) => within(name, (store) => (key ? store.get(key) : store.getAll()), "readonly");
const write = (name, key, value) => within(name, (store) => store.put(value, key));
const remove = (name, key) => within(name, (store) => store.delete(key));

function update(name, key, change) {
  return within(name, (store) => {
    const found = store.get(key);
    found.onsuccess = () => {
      const value = change(found.result);
      if (value) store.put(value, key);
    };
  });
}

// All that is kept belongs to one person; when another comes, it goes.
function belongsTo(who) {
  return navigator.locks.request("owner", async () => {
    if ((await read("owner", "who")) === who) return;
    await forget();
    await write("owner", "who", who);
  });
}

async function forget() {
  await within(STORES, (...stores) => stores.forEach((store) => store.clear()));
  await caches.delete(PAGES);
}

async function forgetOld() {
  const before = Date.now() - KEPT;
  await within(["drafts", "outbox"], (drafts, outbox) => {
    for (const store of [drafts, outbox]) {
      store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (cursor.value.at < before && !UNSENT.includes(cursor.value.state)) cursor.delete();
        cursor.continue();
      };
    }
  });
}

// What a form sends, without the files that were not chosen.
const filled = (form) => [...form].filter(([, value]) => typeof value === "string" || value.size);

async function put(entry) {
  await write("outbox", entry.key, entry);
  new BroadcastChannel("outbox").postMessage(entry.state);
}

// Sends what waits, one after the other and in one tab only; resolves with how much still waits.
function flush() {
  return navigator.locks.request("outbox", async () => {
    const waiting = (await read("outbox")).filter((entry) => entry.state === "waiting");
    waiting.sort((one, other) => one.at - other.at);
    let left = waiting.length;
    for (const entry of waiting) {
      const changed = await sent(entry).catch(() => null); // no connection
      if (!changed) break;
      await put({ ...entry, ...changed });
      if (changed.state === "waiting") break;
      left -= 1;
    }
    return left;
  });
}

// How an entry stands after a try; null if it could not be tried.
async function sent(entry) {
  const enter = { state: "waiting", enter: true };
  const asked = await fetch("/offline/token");
  if (asked.redirected) return enter;
  if (!asked.ok) return null;
  const { token, who } = await asked.json();
  if (who !== (await read("owner", "who"))) return enter;
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  body.set("csrf_token", token);
  body.set("_key", entry.key); // the same at each try: the server does it once
  const answer = await fetch(entry.url, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
  const { pathname } = new URL(answer.url);
  if (answer.redirected && pathname.startsWith("/requests/")) {
    return { state: "sent", at: Date.now(), address: pathname, fields: [], enter: false };
  }
  if (answer.redirected && pathname.startsWith("/start/")) return { state: "wrong", address: pathname };
  if (answer.redirected || answer.status === 403) return enter;
  if (answer.status >= 500 || answer.status === 429) return null;
  const { errors, detail = "" } = await answer.json().catch(() => ({}));
  return { state: "wrong", words: errors ? Object.values(errors).flat() : [detail] };
}
