// Seals and sends chunks of files, fetches and opens them: off the page's thread, and one chunk at a time in memory.
// With what a chunk is sealed comes from the program with each job; nothing here knows a name or decides anything.
// Sealed chunks wait on the disk of this browser until they are sent: ciphertext only.
"use strict";

const SPOOL = "spool";
// Milliseconds for a chunk. Shorter, and a slow line never gets one through; longer, and a dead one is not noticed.
const PATIENCE = 300_000;

addEventListener("message", async ({ data: { id, kind, job } }) => {
  try {
    const done = await JOBS[kind](job, AbortSignal.timeout(PATIENCE));
    postMessage({ id, done }, done?.bytes ? [done.bytes] : []);
  } catch (error) {
    postMessage({ id, failed: { name: error?.name ?? "", message: error?.message ?? String(error) } });
  }
});

const JOBS = {
  // Part of a file into the spool, sealed. Its name ends with its hash. Answers with the hash.
  async seal({ file, start, end, key, nonce, bound, folder, name }) {
    const plain = await file.slice(start, end).arrayBuffer();
    if (plain.byteLength !== end - start) throw new DOMException("the file was changed", "NotReadableError");
    const sealed = await crypto.subtle.encrypt(cipher(nonce, bound), await imported(key, "encrypt"), plain);
    const hash = await digest(sealed);
    await write(await place(folder, true), `${name}.${hex(hash)}`, sealed);
    return { hash };
  },

  // From the spool to the relay. `ask`: the relay may have it already.
  async send({ folder, name, hash, token, ask }, signal) {
    const authorization = `Bearer ${token}`;
    if (ask) {
      const known = await fetch(`/files/${hash}`, { ...REQUEST, method: "HEAD", headers: { authorization }, cache: "no-store", signal });
      if (known.ok) return { status: 200, text: "" };
    }
    const handle = await (await place(folder, false)).getFileHandle(name);
    const answer = await fetch("/upload", {
      ...REQUEST,
      method: "POST",
      headers: { authorization, "parley-blob": hash, "content-type": "application/octet-stream" },
      body: await handle.getFile(),
      signal,
    });
    return { status: answer.status, text: await answer.text() };
  },

  // From the relay, opened. Without bytes and with a good status: it is not what its name says, or does not open.
  async fetch({ hash, expected, size, key, nonce, bound, token }, signal) {
    const answer = await fetch(`/files/${hash}`, { ...REQUEST, headers: { authorization: `Bearer ${token}` }, signal });
    const { status } = answer;
    if (!answer.ok) return { status, text: await answer.text() };
    const sealed = await atMost(answer, size);
    if (sealed === null || !same(await digest(sealed), expected)) return { status };
    try {
      const bytes = await crypto.subtle.decrypt(cipher(nonce, bound), await imported(key, "decrypt"), sealed);
      return { status, bytes };
    } catch {
      return { status };
    }
  },

  // What is in a folder of the spool, with sizes; without a folder, which folders there are.
  async list({ folder }) {
    const found = [];
    const within = await place(folder ?? "", false).catch(missing);
    for await (const [name, handle] of within?.entries() ?? []) {
      found.push({ name, size: handle.kind === "file" ? (await handle.getFile()).size : 0 });
    }
    return { found };
  },

  async drop({ folder }) {
    const within = await place("", false).catch(missing);
    await within?.removeEntry(folder, { recursive: true }).catch(missing);
    return {};
  },
};

const REQUEST = { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };

const cipher = (iv, additionalData) => ({ name: "AES-GCM", iv, additionalData, tagLength: 128 });
const imported = (key, use) => crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);
const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

const missing = (error) => {
  if (error.name !== "NotFoundError") throw error;
};

async function place(folder, create) {
  const root = await navigator.storage.getDirectory();
  const spool = await root.getDirectoryHandle(SPOOL, { create });
  return folder ? spool.getDirectoryHandle(folder, { create }) : spool;
}

// On the disk when it is done.
async function write(folder, name, bytes) {
  const handle = await folder.getFileHandle(name, { create: true });
  const file = await handle.createSyncAccessHandle();
  try {
    file.truncate(0);
    if (file.write(new Uint8Array(bytes), { at: 0 }) !== bytes.byteLength) throw new DOMException("no room", "QuotaExceededError");
    file.flush();
  } finally {
    file.close();
  }
}

// The body, if it has just so many bytes. A relay that goes on and on is not listened to.
async function atMost(answer, size) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return at === size ? bytes : null;
    if (at + value.length > size) {
      await reader.cancel();
      return null;
    }
    bytes.set(value, at);
    at += value.length;
  }
}
