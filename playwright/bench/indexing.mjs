// Measures the frames of a page while 100,000 messages go into the index: first as they come from the relay, then again
// from the store alone, with somebody typing meanwhile; and what a query takes, from the key until lines are there.
//
// node bench/indexing.mjs <origin> <name> <password> <newest message> <messages>
import { chromium } from "@playwright/test";

const [origin, name, password, newest, messages] = process.argv.slice(2);
const QUERIES = ["message 77", "long history", "message 4", `"${messages - 1} of"`, "histor"];

const browser = await chromium.launch({
  executablePath: process.env.PARLEY_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Notes how long frames take, and what held them up. */
function watchFrames() {
  [globalThis.frames, globalThis.tasks] = [[], []];
  let before = performance.now();
  const look = (now) => {
    globalThis.frames.push(now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const note = (list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ type: "longtask", buffered: true });
}

const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
const panel = page.getByRole("dialog", { name: "Find messages" });
const field = panel.getByRole("combobox", { name: "Words to find" });

async function begin() {
  await page.evaluate(() => {
    [globalThis.frames.length, globalThis.tasks.length] = [0, 0];
  });
}

async function report() {
  const { frames, tasks } = await page.evaluate(() => ({ frames: globalThis.frames, tasks: globalThis.tasks }));
  return {
    longestFrameMs: Math.max(...frames),
    longFrames: frames.filter((ms) => ms > 50).length,
    frames: frames.length,
    longestTaskMs: Math.max(0, ...tasks),
    longTasks: tasks.length,
  };
}

/** The longest time that the page's own thread worked at one task: the same whatever else the machine does. */
async function longestOwnMs(work) {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threads = traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const mains = new Set(threads.map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = traceEvents.filter(({ name, pid, tid }) => /RunTask$/.test(name) && mains.has(`${pid}/${tid}`));
  return Math.max(...tasks.map(({ tdur }) => tdur ?? 0)) / 1_000;
}

/** Opens the panel, and waits until all that is in the store is in the index. */
async function untilWhole() {
  await page.keyboard.press("Control+f");
  await panel.waitFor();
  await field.fill("of a long history");
  await panel.getByText(`${messages} messages`).waitFor({ timeout: 1_800_000 });
  await panel.getByText(/^(Indexing|Opening)/).waitFor({ state: "detached", timeout: 600_000 });
}

try {
  await page.addInitScript(watchFrames);
  await page.goto(`${origin}/login`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText(newest, { exact: true }).waitFor({ timeout: 300_000 });
  await pause(5_000);

  // As they come: fetched, decrypted, kept, and indexed.
  await begin();
  let begun = Date.now();
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Encryption health" }).click();
  await page.getByText("All messages that you may read are in this browser.").waitFor({ timeout: 1_800_000 });
  const fetchedMs = Date.now() - begun;
  await page.keyboard.press("Escape");
  await untilWhole();
  const coming = { ...(await report()), fetchedMs, wholeMs: Date.now() - begun };
  await page.keyboard.press("Escape");

  // From the store alone: the index is made anew, and somebody types.
  await page.goto(`${origin}/icons/parley.svg`);
  await page.evaluate(async () => {
    const request = (asked) =>
      new Promise((done, fail) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
    const database = await request(indexedDB.open("parley"));
    const records = database.transaction("records", "readwrite").objectStore("records");
    await request(records.delete(IDBKeyRange.bound("words/", "words/\uffff")));
    database.close();
  });
  await page.goto(`${origin}/`);
  await page.getByText(newest, { exact: true }).waitFor();
  // Opening the page is a row of its own.
  await pause(1_000);
  await begin();
  begun = Date.now();
  const composer = page.getByRole("textbox", { name: /^Message #/ });
  const ownMs = await longestOwnMs(async () => {
    for (let letter = 0; letter < 60; letter += 1) {
      await composer.pressSequentially("x");
      await pause(100);
    }
    await composer.fill("");
    await untilWhole();
  });
  const anew = { ...(await report()), ownMs, wholeMs: Date.now() - begun };

  const queries = [];
  for (const query of QUERIES) {
    await field.fill("");
    await panel.getByRole("option").first().waitFor({ state: "detached" }).catch(() => {});
    queries.push(
      await field.evaluate(async (input, query) => {
        const list = () => document.querySelector('[role="listbox"][aria-label="Messages found"]')?.textContent ?? "";
        const before = list();
        const asked = performance.now();
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
        set.call(input, query);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        while (list() === before || list() === "") {
          if (performance.now() - asked > 10_000) break;
          await new Promise((done) => requestAnimationFrame(done));
        }
        return performance.now() - asked;
      }, query),
    );
  }
  console.log(JSON.stringify({ coming, anew, queryMs: Math.max(...queries), queries }));
} finally {
  await browser.close();
}
