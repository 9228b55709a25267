// Measures what somebody waits for who signs in on a new browser: until the newest message of a long history can be
// read, and until the vault is read. Meanwhile every frame is watched.
//
// node bench/sign_in.mjs <origin> <name> <password> <newest message>   prints one line of JSON
import { chromium } from "@playwright/test";

const [origin, name, password, newest] = process.argv.slice(2);
/** For a vault that takes far longer than it may. */
const PATIENCE_MS = 180_000;

const browser = await chromium.launch({
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
});

/** Notes in the page when things were seen, and how long frames took since the last reset. */
function watch(newest) {
  const seen = { frames: [] };
  globalThis.seen = seen;
  let before = performance.now();
  const look = (now) => {
    seen.frames.push(now - before);
    before = now;
    const log = document.querySelector('[role="log"]');
    if (!seen.readable && log?.textContent.includes(newest)) seen.readable = now;
    const isReading = document.body?.textContent.includes("Your messages are coming back");
    if (isReading) seen.reading ??= now;
    // It was read when the words are gone, and stay away.
    if (seen.reading && isReading) seen.lastReading = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  document.addEventListener("submit", () => {
    seen.submitted = performance.now();
  }, true);
}

try {
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await page.addInitScript(watch, newest);
  await page.goto(`${origin}/login`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForFunction(() => globalThis.seen.readable, null, { timeout: PATIENCE_MS });
  await page.evaluate(() => {
    globalThis.seen.frames = [];
  });
  const isOver = () => {
    const { reading, lastReading } = globalThis.seen;
    return !reading || performance.now() - lastReading > 5_000;
  };
  await page.waitForFunction(isOver, null, { timeout: PATIENCE_MS, polling: 500 });
  const report = await page.evaluate(() => {
    const { submitted, readable, reading, lastReading, frames } = globalThis.seen;
    return {
      readableMs: readable - submitted,
      readMs: reading ? lastReading - reading : 0,
      frames: frames.length,
      longestFrameMs: Math.max(...frames),
      longFrames: frames.filter((ms) => ms > 50).length,
    };
  });
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
}
