// Keeps the app's own files, so that Parley opens without a network after one visit.
// Files with a hash in their path never change and come from the cache; the page itself comes from the network first.
// The files of a version stay as long as one of its pages is open: it may still load parts of itself.
// Never kept: /auth, /socket, /upload, /files, anything from another host, anything that is not a GET.
"use strict";

const CACHE = "parley-shell-2";
const PAGE = "/";
const FIXED = ["/manifest.webmanifest", "/worker.js", "/icons/parley.svg", "/icons/parley-192.png"];
// Which version the page of a client is, as a record in the cache: a service worker has no memory of its own.
const OPEN = "/open-pages/";
// The page must not wait for a network that is there but dead. Longer, and an offline start feels broken.
const PATIENCE = 4000;
// What a page on this origin may navigate to: all of these are the app.
const ROUTES = /^\/(?:$|setup$|join$|login$)/;
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
