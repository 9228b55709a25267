// Starts the app: sets how it looks before the first paint, and loads the program that the page names.
// Small and without dependencies. Never: content, keys, or a request to another host.
(() => {
  "use strict";

  // How it looks, as chosen here before. The app writes these entries.
  const root = document.documentElement;
  for (const name of ["theme", "contrast", "text"]) {
    try {
      root.dataset[name] = localStorage.getItem(`parley.${name}`) ?? "";
    } catch {
      // Without storage the system decides.
    }
  }

  // Which frame is shown until the program is there.
  try {
    root.dataset.visit = localStorage.getItem("parley.had_keys") ? "member" : "guest";
  } catch {
    root.dataset.visit = "guest";
  }

  if (location.pathname.startsWith("/join")) root.dataset.page = "join";

  // The app's own templates are set as HTML, and nothing else may be: what people write never is; see rich_text.rs.
  // A template is made of these elements and attributes, written in one way only. A browser reads what fits this as it
  // is read here: nothing in it runs, loads, leads elsewhere, or begins another kind of content.
  const ELEMENT = "(?:a|article|aside|br|button|circle|code|dd|details|div|dl|dt|fieldset|form|h[1-4]|header|hr|img|input|kbd|label|legend|li|main|nav|ol|option|p|path|rect|section|select|small|span|strong|summary|svg|tbody|td|th|time|tr|table|ul)";
  const ATTRIBUTE = '(?:(?:class|id|type|for|name|role|title|tabindex|hidden|disabled|data-[a-z-]+|aria-[a-z]+|viewBox|d|x|y|rx|r|cx|cy|width|height|fill|stroke|autocomplete|value|min|max|step|rows|lang|dir|datetime|open|selected|checked|start|alt|placeholder|novalidate|inputmode)(?:="[^"<>]*")?|href="/[a-z]*")';
  const TEMPLATE = new RegExp(`^(?:[^<>]|<!>|<!---->|<${ELEMENT}(?: ${ATTRIBUTE})*>|</${ELEMENT}>)*$`);
  const SCRIPTS = ["/sw.js", "/worker.js", "/file-worker.js"];

  if (window.trustedTypes?.createPolicy) {
    trustedTypes.createPolicy("default", {
      createHTML: (markup) => {
        if (TEMPLATE.test(markup)) return markup;
        throw new TypeError("Parley sets no HTML but its own templates");
      },
      createScriptURL: (address) => {
        const url = new URL(address, location.href);
        if (url.origin === location.origin && SCRIPTS.includes(url.pathname)) return url.href;
        throw new TypeError("Parley starts no scripts but its own");
      },
    });
  }

  const say = (words, detail) => {
    const line = document.getElementById("boot-words");
    const again = document.getElementById("boot-again");
    if (!line || !again) return;
    line.textContent = words;
    if (detail) line.title = String(detail);
    line.parentElement.hidden = false;
    again.onclick = () => location.reload();
  };

  // A fault of the program stops it, and nothing on the page would answer any more.
  const stopped = (fault) => {
    if (!(fault instanceof WebAssembly.RuntimeError) || document.querySelector("dialog.boot-problem")) return;
    const [dialog, words, again] = ["dialog", "p", "button"].map((name) => document.createElement(name));
    dialog.className = "boot-problem";
    dialog.ariaLabel = words.textContent = "Parley stopped because of a fault of its own. What you sent is kept.";
    again.className = "primary";
    again.textContent = "Start again";
    again.onclick = () => location.reload();
    dialog.oncancel = (event) => event.preventDefault();
    dialog.append(words, again);
    document.body.append(dialog);
    dialog.showModal();
  };
  addEventListener("error", (event) => stopped(event.error));
  addEventListener("unhandledrejection", (event) => stopped(event.reason));

  // Chunks of the program, and what they are for: the build names them in the page.
  const chunks = (wanted) =>
    [...document.querySelectorAll("link[rel=chunk]")].filter(
      (link) => !wanted || link.dataset.for.split(" ").some((name) => wanted.includes(name)),
    );

  // Fetched before the program asks for them, so that it does not wait for one after the other.
  const fetched = new Set();
  const preload = (link) => {
    if (fetched.has(link.href)) return;
    fetched.add(link.href);
    const ahead = document.createElement("link");
    Object.assign(ahead, { rel: "preload", as: "fetch", type: "application/wasm", crossOrigin: "anonymous", href: link.href });
    document.head.append(ahead);
  };

  // Styles that the first screen does without.
  const dress = () => {
    const later = document.querySelector("link[data-style=later]");
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", href: later?.href ?? "/later.css" });
    document.head.append(sheet);
  };

  // The service worker keeps the files of this version as long as the page is open.
  const keep = async () => {
    const links = document.querySelectorAll("link[rel=modulepreload], link[rel=preload], link[rel=stylesheet], link[rel=chunk]");
    const files = [...new Set([...links].map((link) => new URL(link.href).pathname))];
    const { active } = (await navigator.serviceWorker?.ready) ?? {};
    active?.postMessage({ files });
  };

  const start = async () => {
    const script = document.querySelector("link[rel=modulepreload]")?.href;
    const program = document.querySelector("link[rel=preload][as=fetch]")?.href;
    if (!script || !program) throw new Error("the page names no program");
    const isMember = root.dataset.visit === "member";
    chunks(isMember ? ["conversation", "engine"] : ["enrolment"]).forEach(preload);
    const { default: init } = await import(script);
    await init({ module_or_path: program });
    dress();
    keep().catch(() => {});
    // The composer does not wait for these; the messages and the connection do.
    if (isMember) chunks(["frames", "timeline"]).forEach(preload);
    // The service worker has them all.
    if (navigator.serviceWorker?.controller) return;
    // What may be wanted next comes while nobody waits.
    const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 2000));
    idle(() => chunks().forEach((link) => fetch(link.href, { priority: "low" }).catch(() => {})));
  };

  const begin = () =>
    start().catch((error) => {
      console.error(error);
      if (typeof WebAssembly !== "object") {
        say("This browser is too old for Parley. Please update it, then come back.");
      } else {
        say("Parley could not be loaded. Check your connection, then try again.", error);
      }
    });

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin, { once: true });
  } else {
    begin();
  }
})();
