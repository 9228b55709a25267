// Measures a page with long channels: opening one of 10,000 messages at its end, scrolling through all of it, what stays
// in the document and in memory over many rounds through ten channels, and what a page costs that receives 50 items a
// second.
//
// node bench/long_channel.mjs <origin> <name> <password> <newest message> <further channels>
//
// Prints `{"ready":true}` before the items are to come, waits for a line that says they did, and ends with one line of
// JSON.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";

const [origin, name, password, newest, further] = process.argv.slice(2);
const ROUNDS = 20;
const SECONDS = 20;
const OPENINGS = 5;

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

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Notes how long frames take. */
function watchFrames() {
  globalThis.frames = [];
  let before = performance.now();
  const look = (now) => {
    globalThis.frames.push(now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
const page = await context.newPage();
const tools = await context.newCDPSession(page);
await tools.send("Performance.enable");
const system = await browser.newBrowserCDPSession();

async function metric(wanted) {
  const { metrics } = await tools.send("Performance.getMetrics");
  return metrics.find((one) => one.name === wanted).value;
}

/** Bytes that the page's renderer holds after a collection, its program's memory among them. */
async function memory() {
  await tools.send("HeapProfiler.collectGarbage");
  await pause(500);
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const held = renderers.map(({ id }) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return Number(kilobytes[1]) * 1024;
  });
  return Math.max(...held);
}

/** Milliseconds from the click until the text is there and drawn. Fails if it does not come. */
async function open(channel, text) {
  return page.evaluate(
    async ([channel, text]) => {
      const buttons = [...document.querySelectorAll("nav button")];
      const button = buttons.find((one) => one.textContent.trim().startsWith(channel));
      const begun = performance.now();
      button.click();
      const isThere = () => document.querySelector('[role="log"]')?.textContent.includes(text);
      while (!isThere()) {
        if (performance.now() - begun > 30_000) throw new Error(`${channel} does not show ${text}`);
        await new Promise((done) => requestAnimationFrame(done));
      }
      await new Promise((done) => requestAnimationFrame(done));
      return performance.now() - begun;
    },
    [channel, text],
  );
}

/** Scrolls to the beginning of the open channel, and says how long frames took. */
async function scrollThrough() {
  await page.evaluate(() => {
    globalThis.frames.length = 0;
  });
  const report = await page.evaluate(async () => {
    const scroller = document.querySelector('[role="log"]');
    let [nodes, still] = [0, 0];
    while (!document.body.textContent.includes("This is the beginning of") && still < 600) {
      const before = scroller.scrollTop;
      scroller.scrollTop = before - 400;
      await new Promise((done) => requestAnimationFrame(done));
      still = scroller.scrollTop === before ? still + 1 : 0;
      nodes = Math.max(nodes, document.querySelectorAll("*").length);
    }
    return { nodes, reached: document.body.textContent.includes("This is the beginning of") };
  });
  const frames = await page.evaluate(() => globalThis.frames);
  return { ...report, frames };
}

try {
  await page.addInitScript(watchFrames);
  await page.goto(`${origin}/login`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText(newest, { exact: true }).waitFor({ timeout: 120_000 });

  // Until all of it is in the store, where the list is opened from.
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Encryption health" }).click();
  const fetching = Date.now();
  await page.getByText("All messages that you may read are in this browser.").waitFor({ timeout: 600_000 });
  const fetchedMs = Date.now() - fetching;
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByText(newest, { exact: true }).waitFor();
  await pause(3_000);

  const last = "message 600 of a long history";
  const openings = [];
  for (let count = 0; count < OPENINGS; count += 1) {
    await open("channel-1", last);
    openings.push(await open("general", newest));
  }
  const out=await page.evaluate(async()=>{
    const scroller=document.querySelector('[role="log"]'); const log=[];
    let add=0,rem=0; const ob=new MutationObserver(l=>{for(const m of l){add+=m.addedNodes.length;rem+=m.removedNodes.length}});ob.observe(scroller.querySelector('.timeline-lines'),{childList:true});
    for(let i=0;i<150;i++){scroller.scrollTop-=400;await new Promise(d=>requestAnimationFrame(d));await new Promise(d=>setTimeout(d,0));log.push([add,rem,scroller.querySelectorAll('.timeline-lines > *').length,Math.round(scroller.scrollHeight),Math.round(scroller.scrollTop)]);add=rem=0}
    return log;
  });
  console.error(out.map(x=>x.join(' ')).join('\n'));
  process.exit(0);

  const round = async () => {
    for (let channel = 1; channel <= Number(further); channel += 1) await open(`channel-${channel}`, last);
    await open("general", newest);
  };
  await round();
  const after = [await memory()];
  for (let count = 1; count < ROUNDS; count += 1) {
    await round();
    if (count % 5 === 4) after.push(await memory());
  }

  await pause(2_000);
  const lines = createInterface({ input: process.stdin });
  const done = new Promise((resolve) => lines.once("line", resolve));
  const [cpuBefore, begun] = [await metric("ProcessTime"), performance.now()];
  console.log(JSON.stringify({ ready: true }));
  await done;
  const seconds = (performance.now() - begun) / 1_000;
  const receiving = ((await metric("ProcessTime")) - cpuBefore) / seconds;
  lines.close();

  console.log(
    JSON.stringify({
      fetchedMs,
      openMs: median(openings),
      reached,
      nodes,
      longestFrameMs: Math.max(...frames),
      longFrames: frames.filter((ms) => ms > 50).length,
      framesSeen: frames.length,
      memory: after,
      receiving,
      seconds,
    }),
  );
} finally {
  await browser.close();
}
