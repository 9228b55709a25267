// Starts the page's own program a second time, in a worker, for work that would freeze the page.
// The page sends the address of its script and the compiled module; what follows is between the two programs.
addEventListener(
  "message",
  async ({ data: { script, module } }) => {
    try {
      const { initSync } = await import(script);
      initSync({ module });
    } catch (error) {
      postMessage({ failed: String(error) });
    }
  },
  { once: true },
);
