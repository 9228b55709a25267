// Measures how long a member's page takes from opening it, with nothing in the
// browser's caches, to a composer one can type in. The member's own keys stay:
// they are what makes it their browser.
//
// node bench/start.mjs <set-up link> <rounds>   prints one line of JSON
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";

const [setupLink, rounds] = [process.argv[2], Number(process.argv[3])];
const { origin } = new URL(setupLink);
const profile = mkdtempSync(join(tmpdir(), "parley-start-"));
const options = {
  executablePath: process.env.PARLEY_CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** Opens the member's browser, and lets `visit` do something with its page. */
async function inBrowser(visit) {
  const context = await chromium.launchPersistentContext(profile, options);
  try {
    return await visit(context.pages()[0] ?? (await context.newPage()), context);
  } finally {
    await context.close();
  }
}

/** The composer, as a person finds it. */
const composer = (page) => page.getByRole("textbox", { name: /^Message #/ });

async function setUp(page) {
  await page.goto(setupLink);
  await page.getByLabel("Community name").fill("Bench");
  await page.getByLabel("Your name").fill("bench");
  const passwords = page.locator('input[type="password"]');
  for (const field of await passwords.all()) await field.fill("a long enough password");
  await page.getByRole("button", { name: "Create community" }).click();
  await composer(page).waitFor();
}

async function start(page, context) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.clearBrowserCache");
  await devtools.send("Storage.clearDataForOrigin", {
    origin,
    storageTypes: "cache_storage,service_workers",
  });
  let bytes = 0;
  devtools.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.addInitScript(() => {
    const look = () => {
      const found = document.querySelector('textarea[aria-label^="Message #"]:enabled');
      if (!found || !found.checkVisibility()) return requestAnimationFrame(look);
      globalThis.usableAfter = performance.now();
    };
    look();
  });
  await page.goto(origin);
  await composer(page).waitFor();
  const ms = await page.waitForFunction(() => globalThis.usableAfter).then((value) => value.jsonValue());
  return { ms, bytes };
}

try {
  await inBrowser(setUp);
  const starts = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await inBrowser(start));
  console.log(JSON.stringify({ starts }));
} finally {
  rmSync(profile, { recursive: true, force: true });
}
