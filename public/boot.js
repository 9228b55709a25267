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

  // The app's own templates are set as HTML. What people write never is; see rich_text.rs.
  if (window.trustedTypes?.createPolicy) {
    const here = (address) => {
      const url = new URL(address, location.href);
      if (url.origin !== location.origin) throw new TypeError("Parley loads scripts from its own address only");
      return url.href;
    };
    trustedTypes.createPolicy("default", { createHTML: (markup) => markup, createScriptURL: here });
  }

  const say = (words, detail) => {
    const line = document.getElementById("boot-words");
    const again = document.getElementById("boot-again");
    if (!line || !again) return;
    line.textContent = words;
    if (detail) line.title = String(detail);
    again.hidden = false;
    again.onclick = () => location.reload();
  };

  const start = async () => {
    const script = document.querySelector("link[rel=modulepreload]")?.href;
    const program = document.querySelector("link[rel=preload][as=fetch]")?.href;
    if (!script || !program) throw new Error("the page names no program");
    const { default: init } = await import(script);
    await init({ module_or_path: program });
    document.getElementById("boot")?.remove();
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
