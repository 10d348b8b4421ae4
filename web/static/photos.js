// A large photo is made smaller before it is sent, where the browser can do so. Without this script it is sent as it is.
"use strict";

const LIMIT = 300_000; // bytes
const LONGEST_SIDES = [2000, 1600, 1280, 1000]; // pixels; a letter can still be read at the last
const QUALITIES = [0.8, 0.5];
const waiting = new Map(); // by file control

document.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  const done = shrink(target).finally(() => waiting.get(target) === done && waiting.delete(target));
  waiting.set(target, done);
});

document.addEventListener("submit", async (event) => {
  if (!waiting.size) return;
  event.preventDefault();
  await Promise.all(waiting.values());
  event.target.requestSubmit(event.submitter);
});

async function shrink(control) {
  const chosen = [...control.files];
  const smaller = await Promise.all(chosen.map(photo));
  if (smaller.every((file, place) => file === chosen[place])) return;
  const list = new DataTransfer();
  smaller.forEach((file) => list.items.add(file));
  control.files = list.files;
  control.dispatchEvent(new Event("input", { bubbles: true })); // the small one is what is kept
}

async function photo(file) {
  if (!file.type.startsWith("image/") || file.size <= LIMIT) return file;
  try {
    const picture = await createImageBitmap(file);
    const found = await smallest(picture);
    picture.close();
    return found.size < file.size ? new File([found], file.name.replace(/\.\w+$/, "") + ".jpg", { type: found.type }) : file;
  } catch {
    return file; // the server says what to do with a picture that nobody can read
  }
}

async function smallest(picture) {
  const longest = Math.max(picture.width, picture.height);
  let found;
  for (const side of new Set(LONGEST_SIDES.map((side) => Math.min(side, longest)))) {
    for (const quality of QUALITIES) {
      found = await drawn(picture, side / longest, quality);
      if (found.size <= LIMIT) return found;
    }
  }
  return found;
}

function drawn(picture, scale, quality) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff"; // JPEG has nothing see-through
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality),
  );
}
