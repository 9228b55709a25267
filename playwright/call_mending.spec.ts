// What breaks under a call: the relay is started anew, the network is another one. Sound is back within seconds, and
// where nothing broke nobody notices.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { type Page, chromium as engine } from "@playwright/test";
import { invite, join, joinVoice, setUp, twoMembers } from "./support/acts.ts";
import { watchCalls } from "./support/calls.ts";
import { chromium } from "./support/chromium.ts";
import { allHeard, hum, listenFor, longestSilence, openEars } from "./support/listening.ts";
import { Relay } from "./support/relay.ts";
import { expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const BEN_HERTZ = 660;
const IS_FULL = Boolean(process.env.PARLEY_FULL);
/** Brief runs share the machine, and say what they measured. */
const ALLOWANCE = IS_FULL ? 1 : 4;

async function bothHear(ada: Page, ben: Page): Promise<void> {
  await listenFor(ada, [BEN_HERTZ]);
  await listenFor(ben, [ADA_HERTZ]);
  await Promise.all([allHeard(ada, 40_000), allHeard(ben, 40_000)]);
}

test("a relay that is started anew: a direct call does not notice, a relayed one is back at once", async ({ relay, person }, info) => {
  test.setTimeout(240_000);
  for (const onlyThrough of [undefined, "udp"] as const) {
    const own = onlyThrough ? await Relay.start() : relay;
    const options = onlyThrough ? { onlyThrough, visits: [own.url] } : {};
    const ada = await person(options);
    const ben = await person(options);
    await hum(ada.context, ADA_HERTZ);
    await hum(ben.context, BEN_HERTZ);
    if (onlyThrough) {
      await setUp(own, ada.page);
      await join(ben.page, await invite(ada.page));
    } else {
      await twoMembers(own, ada.page, ben.page);
    }
    await joinVoice(ada.page);
    await joinVoice(ben.page);
    for (const { page } of [ada, ben]) await openEars(page);
    await bothHear(ada.page, ben.page);
    await own.kill();
    await own.start();
    const back = Date.now();
    if (onlyThrough) {
      // Forgets what was heard before: what counts is from here on.
      await listenFor(ada.page, [BEN_HERTZ]);
      await listenFor(ben.page, [ADA_HERTZ]);
      const heard = await Promise.all([allHeard(ada.page, 60_000), allHeard(ben.page, 60_000)]);
      const took = Math.max(...heard) - back;
      info.annotations.push({ type: "figure", description: `relayed sound is back after ${took} ms` });
      expect(took).toBeLessThan(3_000 * ALLOWANCE);
      await own.remove();
    } else {
      await expect(ada.page.getByRole("group", { name: "Call" }).getByText("Voice connected")).toBeVisible({ timeout: 30_000 });
      const silences = await Promise.all([longestSilence(ada.page), longestSilence(ben.page)]);
      info.annotations.push({ type: "figure", description: `direct: silent for ${Math.max(...silences)} ms` });
      expect(Math.max(...silences)).toBeLessThan(500 * ALLOWANCE);
    }
    for (const { page } of [ada, ben]) await page.getByRole("button", { name: "Leave call" }).click();
  }
});

const run = (line: string) => execFileSync("/bin/sh", ["-c", line], { stdio: "pipe" }).toString();

/** A network of its own with two ways to this machine, of which one is up; `undefined` where that is not allowed. */
function twoWays(): { program: string; address: string; move: () => void; remove: () => void } | undefined {
  const name = `pm${process.pid}`;
  const remove = () => {
    for (const line of [`ip netns del ${name}`, `ip link del ${name}a`, `ip link del ${name}b`, "ip addr del 10.77.0.1/32 dev lo"]) {
      try {
        run(`${line} 2>/dev/null`);
      } catch {
        // It was not made, or went with the others.
      }
    }
  };
  try {
    if (process.getuid?.() !== 0) return undefined;
    run(
      [
        `ip netns add ${name}`,
        `ip addr add 10.77.0.1/32 dev lo`,
        `ip link add ${name}a type veth peer name a0 netns ${name}`,
        `ip link add ${name}b type veth peer name b0 netns ${name}`,
        `ip addr add 10.77.1.1/24 dev ${name}a`,
        `ip addr add 10.77.2.1/24 dev ${name}b`,
        `ip link set ${name}a up`,
        `ip link set ${name}b up`,
        `ip -n ${name} link set lo up`,
        `ip -n ${name} addr add 10.77.1.2/24 dev a0`,
        `ip -n ${name} link set a0 up`,
        `ip -n ${name} route add default via 10.77.1.1`,
      ].join(" && "),
    );
  } catch {
    remove();
    return undefined;
  }
  const program = path(mkdtempSync(path(tmpdir(), "parley-ways-")), "chromium");
  writeFileSync(program, `#!/bin/sh\nexec ip netns exec ${name} ${chromium().executablePath} "$@"\n`);
  chmodSync(program, 0o755);
  const move = () => {
    run(
      [
        `ip -n ${name} link set a0 down`,
        `ip -n ${name} addr flush dev a0`,
        `ip -n ${name} addr add 10.77.2.2/24 dev b0`,
        `ip -n ${name} link set b0 up`,
        `ip -n ${name} route replace default via 10.77.2.1`,
      ].join(" && "),
    );
  };
  return { program, address: "10.77.0.1", move, remove };
}

test("the address under a call is gone and there is another one: sound is back within two seconds", async ({}, info) => {
  test.setTimeout(180_000);
  const ways = twoWays();
  test.skip(!ways, "only where a network of one's own can be made");
  const { program, address, move, remove } = ways!;
  const relay = await Relay.start([], address);
  const secure = `--unsafely-treat-insecure-origin-as-secure=${relay.url}`;
  const browsers = [];
  const pages: Page[] = [];
  try {
    for (const [executablePath, hertz] of [
      [program, ADA_HERTZ],
      [chromium().executablePath!, BEN_HERTZ],
    ] as const) {
      const { args } = chromium();
      const browser = await engine.launch({ executablePath, args: [...args!, secure] });
      browsers.push(browser);
      const context = await browser.newContext({ baseURL: relay.url, locale: "en-GB", permissions: ["microphone"], serviceWorkers: "block" });
      await watchCalls(context);
      await hum(context, hertz);
      pages.push(await context.newPage());
    }
    const [ada, ben] = pages as [Page, Page];
    await setUp(relay, ada);
    await join(ben, await invite(ada));
    await joinVoice(ada);
    await joinVoice(ben);
    for (const page of pages) await openEars(page);
    await bothHear(ada, ben);
    move();
    const moved = Date.now();
    await bothHear(ada, ben);
    // Not what was still in the buffers: whatever is heard is heard on.
    await new Promise((done) => setTimeout(done, 10_000));
    const silences = await Promise.all(pages.map(longestSilence));
    info.annotations.push({ type: "figure", description: `silent for ${silences.join(" and ")} ms after the move at ${moved}` });
    expect(Math.max(...silences)).toBeLessThan(2_000 * ALLOWANCE);
  } finally {
    for (const browser of browsers) await browser.close();
    await relay.remove();
    remove();
  }
});
