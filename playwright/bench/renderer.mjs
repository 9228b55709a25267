// Measures what a page costs while nothing happens on it, and in a call with three others who are all muted, and who all
// make themselves heard: processor time of its renderer, beside an empty page and beside a page with nothing but the same
// connections. Each pair is measured at the same time. In the end, what its renderer holds in memory in the call.
//
// node bench/renderer.mjs <set-up link> <seconds>   prints one line of JSON, in seconds of processor time a minute, and
//                                                   in bytes
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "@playwright/test";

const [setupLink, seconds] = [process.argv[2], Number(process.argv[3])];
const { origin } = new URL(setupLink);
const PASSWORD = "a long enough password";
const OTHERS = 3;
/** Until what opening and joining has begun is over. */
const SETTLE_MS = 8_000;

// An address of its own, because a browser lends a microphone only to one.
const blank = createServer((_, answer) => {
  answer.setHeader("content-type", "text/html");
  answer.end("<!doctype html><title>Empty</title>");
});
await new Promise((done) => blank.listen(0, "127.0.0.1", done));
const blankUrl = `http://localhost:${blank.address().port}/`;

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
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
  ],
});

const system = await browser.newBrowserCDPSession();

/** A page in a renderer of its own. */
async function open(url) {
  const context = await browser.newContext({ permissions: ["microphone"], locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(url);
  const tools = await context.newCDPSession(page);
  await tools.send("Performance.enable");
  const used = async () => {
    const { metrics } = await tools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ProcessTime").value;
  };
  /** Bytes of its own that its renderer holds after a collection. */
  const held = async () => {
    await tools.send("HeapProfiler.collectGarbage");
    await pause(500);
    const { processInfo } = await system.send("SystemInfo.getProcessInfo");
    const mine = await used();
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    const far = ({ cpuTime }) => Math.abs(cpuTime - mine);
    const { id } = renderers.toSorted((a, b) => far(a) - far(b))[0];
    const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return Number(kilobytes[1]) * 1024;
  };
  return { page, used, held };
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Seconds of processor time a minute, of several pages at the same time. */
async function measure(pages) {
  await pause(SETTLE_MS);
  const before = await Promise.all(pages.map(({ used }) => used()));
  await pause(seconds * 1_000);
  const after = await Promise.all(pages.map(({ used }) => used()));
  return after.map((value, at) => ((value - before[at]) * 60) / seconds);
}

const composer = (page) => page.getByRole("textbox", { name: /^Message #/ });

async function fill(page, name, button) {
  await page.getByLabel("Your name").fill(name);
  for (const field of await page.locator('input[type="password"]').all()) await field.fill(PASSWORD);
  await page.getByRole("button", { name: button, exact: true }).click();
  await composer(page).waitFor({ timeout: 120_000 });
}

async function found() {
  const parley = await open(setupLink);
  await parley.page.getByLabel("Community name").fill("Bench");
  await fill(parley.page, "bench", "Create community");
  return parley;
}

async function invite(page) {
  await page.getByRole("button", { name: "Invite people" }).click();
  const field = page.getByLabel("Invite link", { exact: true });
  const before = (await field.count()) > 0 ? await field.inputValue() : "";
  await page.getByRole("button", { name: /^Make (invite|another) link$/ }).click();
  let link = before;
  while (link === before || !link.includes("#")) {
    await pause(100);
    link = (await field.count()) > 0 ? await field.inputValue() : before;
  }
  await page.keyboard.press("Escape");
  return new URL(link).pathname + new URL(link).hash;
}

async function joinMuted(page) {
  await page.getByRole("button", { name: "Mute microphone" }).click();
  await page.getByRole("button", { name: "Join Lounge" }).click();
  await page.getByText("Voice connected").waitFor();
}

/** A page that is ready to call, muted, and keeps what it makes. */
async function bare() {
  const made = await open(blankUrl);
  await made.page.evaluate(async () => {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
    const microphone = await navigator.mediaDevices.getUserMedia({ audio });
    microphone.getTracks()[0].enabled = false;
    const connections = [];
    const begin = () => {
      const connection = new RTCPeerConnection();
      connection.addTrack(microphone.getTracks()[0], microphone);
      connection.ontrack = ({ streams: [stream] }) => {
        const element = new Audio();
        element.srcObject = stream;
        connections.push(element);
        void element.play();
      };
      connections.push(connection);
      return connection;
    };
    const described = async (connection) => {
      await connection.setLocalDescription();
      while (connection.iceGatheringState !== "complete") {
        await new Promise((done) => connection.addEventListener("icegatheringstatechange", done, { once: true }));
      }
      return connection.localDescription.toJSON();
    };
    Object.assign(globalThis, { begin, described, microphone });
  });
  return made;
}

async function connect(one, other) {
  const offer = await one.page.evaluate(() => described((globalThis.latest = begin())));
  const answer = await other.page.evaluate(async (offer) => {
    const connection = begin();
    await connection.setRemoteDescription(offer);
    return described(connection);
  }, offer);
  await one.page.evaluate((answer) => latest.setRemoteDescription(answer), answer);
}

try {
  const parley = await found();
  const empty = await open(blankUrl);
  const [atRest, emptyPage] = await measure([parley, empty]);

  const bares = [];
  for (let count = 0; count <= OTHERS; count += 1) bares.push(await bare());
  for (const other of bares.slice(1)) await connect(bares[0], other);
  await joinMuted(parley.page);
  const talking = [parley];
  for (let count = 1; count <= OTHERS; count += 1) {
    const other = await open(origin + (await invite(parley.page)));
    talking.push(other);
    await fill(other.page, `other ${count}`, "Join");
    await joinMuted(other.page);
  }
  await parley.page.waitForFunction(
    (wanted) => document.querySelectorAll(".voice-people > li").length === wanted,
    OTHERS + 1,
  );
  const [mutedCall, connections] = await measure([parley, bares[0]]);
  for (const { page } of talking) await page.getByRole("button", { name: "Unmute microphone" }).click();
  for (const { page } of bares) await page.evaluate(() => (microphone.getTracks()[0].enabled = true));
  const [talkingCall, talkingConnections] = await measure([parley, bares[0]]);
  const callBytes = await parley.held();
  console.log(JSON.stringify({ atRest, emptyPage, mutedCall, connections, talkingCall, talkingConnections, callBytes }));
} finally {
  await browser.close();
  blank.close();
}
