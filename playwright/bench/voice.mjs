// Measures what is between a microphone and a loudspeaker: two whole Parley apps in one page, each in a frame with a
// store of its own, one talking to the other; beside them a pair of connections with nothing done to them, in turns. The
// microphone is a known burst every 400 ms, and the loudspeaker is listened to by a worklet of the same sound graph, so
// that both have one clock.
//
// node bench/voice.mjs <relay program> <rounds> [lossy]   prints one line of JSON
//
// With `lossy` all connections go through a bad network, and what had to be made up is counted instead of time.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { BadNetwork } from "./bad_network.mjs";

const [program, rounds, isLossy] = [process.argv[2], Number(process.argv[3]), process.argv[4] === "lossy"];
const PASSWORD = "a long enough password";
/** Bursts of a round, and those before it until a connection has settled. */
const BURSTS = isLossy ? 75 : 25;
const SETTLE = 15;
/** What `tc netem loss 5% delay 40ms 30ms` does. */
const BAD = { loss: 0.05, wait: [10, 70] };

const WORKLET = `
const PERIOD = Math.round(sampleRate * 0.4);
const LENGTH = Math.round(sampleRate * 0.06);
const burst = new Float32Array(LENGTH);
// A sweep through the pitches of speech: nothing else is like it when it is moved a little.
for (let at = 0; at < LENGTH; at += 1) {
  const part = at / LENGTH;
  const seconds = at / sampleRate;
  burst[at] = 0.5 * Math.sin(Math.PI * part) * Math.sin(2 * Math.PI * seconds * (300 + 1300 * part));
}
registerProcessor("burst", class extends AudioWorkletProcessor {
  process(_, [[channel]]) {
    for (let at = 0; at < channel.length; at += 1) channel[at] = burst[(currentFrame + at) % PERIOD] ?? 0;
    return true;
  }
});
// Correlates what it hears with the burst, a few delays in each call so that sound never waits for it, and tells how
// late the burst was.
registerProcessor("ear", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.heard = new Float32Array(PERIOD);
    this.whole = null;
  }
  process([[channel]]) {
    for (let at = 0; at < 128; at += 1) {
      const place = (currentFrame + at) % PERIOD;
      this.heard[place] = channel?.[at] ?? 0;
      if (place === PERIOD - 1) {
        this.whole = this.heard.slice();
        Object.assign(this, { next: 0, best: 0, delay: 0 });
      }
    }
    if (this.whole) this.search();
    return true;
  }
  search() {
    const until = Math.min(this.next + 160, PERIOD);
    for (; this.next < until; this.next += 1) {
      let sum = 0;
      for (let at = 0; at < LENGTH; at += 2) sum += burst[at] * this.whole[(this.next + at) % PERIOD];
      if (sum > this.best) Object.assign(this, { best: sum, delay: this.next });
    }
    if (this.next < PERIOD) return;
    this.whole = null;
    this.port.postMessage({ ms: (this.delay / sampleRate) * 1000, likeness: this.best });
  }
});
`;

const TOP = `<!doctype html><title>Bench</title>
<iframe name="one" width="1000" height="800"></iframe><iframe name="two" credentialless width="1000" height="800"></iframe>`;

/** In the page around both apps: the sound graph, the microphone and the ear. */
async function prepare(worklet) {
  const context = new AudioContext();
  await context.resume();
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: "text/javascript" })));
  const microphone = context.createMediaStreamDestination();
  const silence = context.createMediaStreamDestination();
  new AudioWorkletNode(context, "burst", { numberOfInputs: 0, outputChannelCount: [1] }).connect(microphone);
  const ear = new AudioWorkletNode(context, "ear", { numberOfOutputs: 1 });
  ear.connect(silence);
  // Whatever is played is heard by the ear too.
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to === context.destination) connect.call(this, ear);
    return connect.call(this, to, ...more);
  };
  context.close = async () => {};
  const heard = [];
  ear.port.onmessage = ({ data }) => heard.push(data);
  const tracks = { one: microphone.stream.getAudioTracks()[0], two: silence.stream.getAudioTracks()[0] };
  Object.assign(globalThis, { benchContext: context, benchTracks: tracks, benchHeard: heard, benchConnections: [] });
}

/** In each app, before it starts: its microphone and sound graph are those of the page around it. */
function enter() {
  if (globalThis === globalThis.top) return;
  const { benchContext, benchTracks, benchConnections } = globalThis.top;
  for (const kind of [MediaStreamTrack, MediaStream, AudioNode]) {
    Object.defineProperty(kind, Symbol.hasInstance, { value: () => true });
  }
  navigator.mediaDevices.getUserMedia = async () => new MediaStream([benchTracks[globalThis.name].clone()]);
  globalThis.AudioContext = function () {
    return benchContext;
  };
  const { name } = globalThis;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(given) {
      super(given);
      benchConnections.push({ name, connection: this });
    }
  };
}

/** A pair of connections as browsers make them, from the microphone to the ear. */
async function openBare() {
  const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
  for (const [one, other] of [[from, to], [to, from]]) {
    one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
  }
  const track = benchTracks.one.clone();
  from.addTrack(track, new MediaStream([track]));
  const coming = new Promise((done) => (to.ontrack = ({ streams: [stream] }) => done(stream)));
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription);
  const stream = await coming;
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  void element.play();
  const source = benchContext.createMediaStreamSource(stream);
  source.connect(benchContext.destination);
  const close = () => {
    source.disconnect();
    element.srcObject = null;
    track.stop();
    from.close();
    to.close();
  };
  globalThis.benchBare = { to, close };
}

/** What a connection counted of the sound that came. */
async function counts(connection) {
  for (const entry of (await connection.getStats()).values()) {
    if (entry.type === "inbound-rtp" && entry.totalSamplesReceived > 0) {
      const { totalSamplesReceived, concealedSamples, jitterBufferDelay, jitterBufferEmittedCount } = entry;
      return { samples: totalSamplesReceived, concealed: concealedSamples, waited: jitterBufferDelay, emitted: jitterBufferEmittedCount };
    }
  }
  return { samples: 0, concealed: 0, waited: 0, emitted: 0 };
}

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** A relay with an empty folder, and the link of its first start. */
async function startRelay(folder) {
  const port = await freePort();
  const options = ["--listen", `127.0.0.1:${port}`, "--turn-listen", `127.0.0.1:${await freePort()}`];
  const child = spawn(program, [...options, "--public-url", `http://localhost:${port}`, "--data", join(folder, "data")]);
  const link = await new Promise((done, failed) => {
    let log = "";
    const read = (data) => {
      log += data;
      const found = log.split(/\s+/).find((word) => word.startsWith("http") && word.includes("/setup"));
      if (found) done(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => failed(new Error(`the relay ended: ${log}`)));
  });
  return { child, link };
}

async function fill(frame, name, button) {
  await frame.getByLabel("Your name").fill(name);
  for (const field of await frame.locator('input[type="password"]').all()) await field.fill(PASSWORD);
  await frame.getByRole("button", { name: button, exact: true }).click();
  await frame.getByRole("textbox", { name: /^Message #/ }).waitFor({ timeout: 120_000 });
}

async function invite(frame) {
  await frame.getByRole("button", { name: "Invite people" }).click();
  await frame.getByRole("button", { name: /^Make (invite|another) link$/ }).click();
  const field = frame.getByLabel("Invite link", { exact: true });
  let link = "";
  while (!link.includes("#")) {
    await new Promise((done) => setTimeout(done, 100));
    link = (await field.count()) > 0 ? await field.inputValue() : "";
  }
  await frame.getByRole("button", { name: "Close" }).first().click();
  return link;
}

const folder = mkdtempSync(join(tmpdir(), "parley-voice-"));
const { child, link } = await startRelay(folder);
const { origin } = new URL(link);
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
    "--autoplay-policy=no-user-gesture-required",
    // The page around the apps comes from this script, which a browser takes for a network farther away than the relay.
    "--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
  ],
});
const network = new BadNetwork();

try {
  const context = await browser.newContext({
    permissions: ["microphone"],
    locale: "en-GB",
    serviceWorkers: "block",
    viewport: { width: 2100, height: 900 },
  });
  if (isLossy) await network.cover(context);
  await context.addInitScript(enter);
  const page = await context.newPage();
  // The app lets itself be framed by nobody: here it has to.
  await page.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/bench") return route.fulfill({ contentType: "text/html", body: TOP });
    if (route.request().resourceType() !== "document") return route.continue();
    const answer = await route.fetch();
    const headers = { ...answer.headers() };
    for (const name of ["content-security-policy", "x-frame-options"]) delete headers[name];
    return route.fulfill({ response: answer, headers });
  });
  await page.goto(`${origin}/bench`);
  await page.evaluate(prepare, WORKLET);
  const [one, two] = ["one", "two"].map((name) => page.frame({ name }));

  await one.goto(link);
  await one.getByLabel("Community name").fill("Bench");
  await fill(one, "one", "Create community");
  await two.goto(await invite(one));
  await fill(two, "two", "Join");
  Object.assign(network, isLossy ? BAD : {});

  const hear = async () => {
    const wanted = SETTLE + BURSTS;
    await page.evaluate(() => (benchHeard.length = 0));
    await page.waitForFunction((count) => benchHeard.length >= count, wanted, { timeout: 120_000 });
    return page.evaluate((skip) => benchHeard.slice(skip), SETTLE);
  };
  const counted = (name) =>
    page.evaluate(
      ([name, source]) => {
        const found = name === "bare" ? benchBare.to : benchConnections.findLast((it) => it.name === "two").connection;
        return new Function(`return (${source})`)()(found);
      },
      [name, counts.toString()],
    );
  const results = { parley: { delays: [], before: [], after: [] }, bare: { delays: [], before: [], after: [] } };
  const round = async (name) => {
    const before = await counted(name);
    const heard = await hear();
    results[name].delays.push(...heard.filter(({ likeness }) => likeness > 1).map(({ ms }) => ms));
    results[name].before.push(before);
    results[name].after.push(await counted(name));
  };
  for (let done = 0; done < rounds; done += 1) {
    await page.evaluate(openBare);
    await round("bare");
    await page.evaluate(() => benchBare.close());
    for (const frame of [one, two]) {
      await frame.getByRole("button", { name: "Join Lounge" }).click();
      await frame.getByText("Voice connected").waitFor({ timeout: 60_000 });
    }
    await page.waitForFunction(
      () => benchConnections.findLast((it) => it.name === "two")?.connection.connectionState === "connected",
      undefined,
      { timeout: 60_000 },
    );
    await round("parley");
    for (const frame of [one, two]) await frame.getByRole("button", { name: "Leave call" }).click();
    await page.waitForTimeout(1_000);
  }

  const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const summed = ({ delays, before, after }) => {
    const sorted = delays.toSorted((one, other) => one - other);
    const grown = (name) => after.reduce((sum, it, place) => sum + it[name] - before[place][name], 0);
    return {
      bursts: sorted.length,
      median: at(sorted, 0.5),
      spread: at(sorted, 0.95) - at(sorted, 0.5),
      concealed: (grown("concealed") / grown("samples")) * 100,
      waited: (grown("waited") / grown("emitted")) * 1_000,
    };
  };
  const { passed, lost } = network;
  console.log(JSON.stringify({ parley: summed(results.parley), bare: summed(results.bare), network: { passed, lost } }));
} finally {
  network.close();
  await browser.close();
  child.removeAllListeners("exit");
  child.kill();
  await new Promise((done) => child.on("exit", done));
  rmSync(folder, { recursive: true, force: true });
}
