// Keeps the app's own files, so that Parley opens without a network after one visit.
// Files with a hash in their path never change and come from the cache; the page itself comes from the network first.
// The files of a version stay as long as one of its pages is open: it may still load parts of itself.
// Never kept: /auth, /socket, /upload, /files, anything from another host, anything that is not a GET.
// Large files that people sent are given out here piece by piece, as the page opens them; see the end.
"use strict";

const CACHE = "parley-shell-2";
const PAGE = "/";
const FIXED = ["/manifest.webmanifest", "/worker.js", "/file-worker.js", "/icons/parley.svg", "/icons/parley-192.png"];
// Which version the page of a client is, as a record in the cache: a service worker has no memory of its own.
const OPEN = "/open-pages/";
// The page must not wait for a network that is there but dead. Longer, and an offline start feels broken.
const PATIENCE = 4000;
// What a page on this origin may navigate to: all of these are the app.
const ROUTES = /^\/(?:$|setup$|join$|login$)/;
// Under which a file is shown or saved: a name follows that the page made up and nobody can guess.
const VIEW = "/files/view/";
// How long a page has to say that a file is its own.
const ASKED = 5000;
// A folder or a file with a hash in its name.
const HASHED = /^\/[a-z]+-[0-9a-f]{16}(?:\.(?:js|css)$|\/[\w./-]+\.(?:js|wasm)$)/;

addEventListener("install", (event) => event.waitUntil(fill()));

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("parley-") && name !== CACHE).map((name) => caches.delete(name)));
      await clients.claim();
    })(),
  );
});

addEventListener("message", (event) => {
  // The page asks for this once the person chose to reload.
  if (event.data === "activate") skipWaiting();
  // What a page names when it opens.
  if (Array.isArray(event.data?.files)) event.waitUntil(noteOpen(event.source.id, event.data.files));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(VIEW)) return event.respondWith(view(event, url.pathname.slice(VIEW.length)));
  if (request.mode === "navigate") {
    if (ROUTES.test(url.pathname)) event.respondWith(page());
  } else if (HASHED.test(url.pathname)) {
    event.respondWith(immutable(request));
  } else if (FIXED.includes(url.pathname)) {
    event.respondWith(fresh(request, url.pathname));
  }
});

// Everything that the page names, found in the page itself: no list has to be kept in step.
async function fill() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  await keepPage(cache, answer);
  await Promise.all(FIXED.map((path) => cache.add(path).catch(() => {})));
}

async function keepPage(cache, answer) {
  const text = await answer.clone().text();
  const named = [...text.matchAll(/(?:href|src)="?([^"\s>]+)/g)]
    .map(([, address]) => new URL(address, location.origin))
    .filter((url) => url.origin === location.origin && HASHED.test(url.pathname))
    .map((url) => url.pathname);
  await Promise.all(named.map(async (path) => (await cache.match(path)) ?? cache.add(path)));
  await cache.put(PAGE, answer);
  await forget(cache, new Set(named));
}

async function noteOpen(client, files) {
  const cache = await caches.open(CACHE);
  const named = files.filter((path) => typeof path === "string" && HASHED.test(path));
  await cache.put(OPEN + client, new Response(JSON.stringify(named)));
  // What is not kept yet comes now, while the relay may still have it.
  await Promise.all(named.map(async (path) => (await cache.match(path)) ?? cache.add(path).catch(() => {})));
}

// Files of versions of which no page is open, and not named by the newest page.
async function forget(cache, needed) {
  const requests = await cache.keys();
  for (const request of requests) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(OPEN)) continue;
    if (await clients.get(pathname.slice(OPEN.length))) {
      for (const path of await (await cache.match(request)).json()) needed.add(path);
    } else {
      await cache.delete(request);
    }
  }
  for (const request of requests) {
    const { pathname } = new URL(request.url);
    if (HASHED.test(pathname) && !needed.has(pathname)) await cache.delete(request);
  }
}

// The newest page that can be had soon. A new page is kept only together with everything it names.
async function page() {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(PAGE);
  try {
    const answer = await fetch(PAGE, { cache: "no-cache", signal: kept ? AbortSignal.timeout(PATIENCE) : undefined });
    if (answer.ok) {
      keepPage(cache, answer.clone()).catch(() => {});
      return answer;
    }
    return kept ?? answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function immutable(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) cache.put(request.url, answer.clone()).catch(() => {});
  return answer;
}

async function fresh(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) cache.put(path, answer.clone()).catch(() => {});
    return answer;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}

// A file that a page has: the page fetches, checks and opens each chunk when it is wanted, so that no file is ever whole
// in memory. Nothing of it is kept, and it is never a page: what is not shown by a player is saved.
async function view(event, id) {
  // The browser ends a service worker that seems to have nothing to do.
  const { promise, resolve: finish } = Promise.withResolvers();
  event.waitUntil(promise);
  try {
    return await opened(event.request.headers.get("range"), id, finish);
  } catch (error) {
    finish();
    throw error;
  }
}

async function opened(asked, id, finish) {
  const found = await owner(id);
  if (!found) {
    finish();
    return new Response(null, { status: 404 });
  }
  const { port, size, chunk, type, name } = found;
  const end = () => {
    port.postMessage({ end: true });
    port.close();
    finish();
  };
  const range = rangeOf(asked, size);
  if (!range) {
    end();
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${size}` } });
  }
  const [first, after, partial] = range;
  const headers = {
    "content-type": type,
    "content-length": String(after - first),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    "accept-ranges": "bytes",
  };
  if (partial) headers["content-range"] = `bytes ${first}-${after - 1}/${size}`;
  if (name) headers["content-disposition"] = `attachment; filename*=UTF-8''${encoded(name)}`;
  return new Response(pieces(port, [first, after], chunk, end), { status: partial ? 206 : 200, headers });
}

// The page that made up the name, by a channel of its own.
async function owner(id) {
  const pages = await clients.matchAll({ type: "window" });
  const answers = pages.map(async (page) => {
    const { port1: port, port2 } = new MessageChannel();
    const answer = heard(port, ASKED);
    page.postMessage({ view: id }, [port2]);
    const file = await answer;
    if (file?.size >= 0) return { ...file, port };
    port.close();
    throw new Error("not this page's");
  });
  return Promise.any(answers).catch(() => null);
}

function heard(port, patience) {
  return new Promise((resolve) => {
    const timer = patience && setTimeout(resolve, patience);
    port.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
  });
}

function pieces(port, [start, after], chunk, end) {
  let at = start;
  return new ReadableStream(
    {
      async pull(controller) {
        if (at >= after) {
          end();
          return controller.close();
        }
        const index = Math.floor(at / chunk);
        const answer = heard(port);
        port.postMessage({ chunk: index });
        const { bytes } = await answer;
        const first = index * chunk;
        const piece = new Uint8Array(bytes ?? 0).subarray(at - first, after - first);
        at += piece.length;
        if (piece.length > 0) return controller.enqueue(piece);
        end();
        controller.error(new Error("the page has no more of it"));
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

// One range of bytes (RFC 9110, section 14.1.2): first, after the last, and whether it is a part. `null`: there is none.
function rangeOf(header, size) {
  if (!header) return [0, size, false];
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || (first === "" && last === "")) return [0, size, false];
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return start < end ? [start, end, true] : null;
}

// RFC 8187, section 3.2.1.
const encoded = (name) => encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
