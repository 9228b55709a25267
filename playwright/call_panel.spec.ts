// What a person sees of a call: who is speaking without delay, how each connection is and was, how long it has lasted,
// and who can listen.
import type { Page } from "@playwright/test";
import { inLounge, joinVoice, twoMembers } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { allHeard, hum, listenFor, openEars } from "./support/listening.ts";
import { expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const BEN_HERTZ = 660;
/** From the first loud packet to the ring. A person notices more than this. */
const RING_MS = 150;

/** How long after each loud packet the ring of the other person appeared, for so many times that they begin to speak. */
async function ringDelays(page: Page, times: number): Promise<number[]> {
  return page.evaluate(async (times) => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    let [last, changed] = [-1, 0];
    // The newest packet is told of for seconds: without another one it is silence.
    const loudness = (now: number) => {
      const sources = parleyConnections
        .filter((it) => it.connectionState === "connected")
        .flatMap((it) => it.getReceivers().flatMap((receiver) => receiver.getSynchronizationSources()));
      const newest = sources[0];
      if (newest && newest.rtpTimestamp !== last) [last, changed] = [newest.rtpTimestamp, now];
      return newest && now - changed < 100 ? (newest.audioLevel ?? 0) : 0;
    };
    const hasRing = () =>
      [...document.querySelectorAll(".voice-person.speaking")].some((row) => row.textContent?.includes("Ben"));
    const delays: number[] = [];
    let loudSince: number | undefined;
    let wasQuiet = false;
    while (delays.length < times) {
      const now = performance.now();
      const isLoud = loudness(now) > 0.03;
      if (!isLoud && !hasRing()) wasQuiet = true;
      if (isLoud && wasQuiet) loudSince ??= now;
      if (!isLoud) loudSince = undefined;
      if (loudSince !== undefined && hasRing()) {
        delays.push(now - loudSince);
        [loudSince, wasQuiet] = [undefined, false];
      }
      await new Promise((done) => setTimeout(done, 5));
    }
    return delays;
  }, times);
}

test("a call shows how it is, how it was, and who can listen", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person();
  await hum(ada.context, ADA_HERTZ);
  await hum(ben.context, BEN_HERTZ);
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await openEars(ada.page);
  await listenFor(ada.page, [BEN_HERTZ]);
  await allHeard(ada.page, 30_000);

  const bar = ada.page.getByRole("group", { name: "Call" });
  await expect(bar.getByText("Connection good")).toBeAttached();
  await bar.getByTitle("Open the call").click();
  const call = ada.page.getByRole("dialog", { name: "Lounge" });
  await expect(call.getByRole("timer")).toHaveText(/^\d:\d\d$/);
  const first = await call.getByRole("timer").textContent();
  await expect(call.getByRole("timer")).not.toHaveText(first!);

  const lock = call.getByRole("region", { name: "Encryption" });
  await expect(lock).toContainText("can't listen");
  await expect(lock.getByRole("button", { name: "Verify Ben" })).toBeVisible();

  await call.getByText("Connection", { exact: true }).click();
  const figure = (name: string) => call.locator("dt", { hasText: name }).locator("+ dd");
  await expect(figure("Sound travels")).toHaveText("directly, browser to browser");
  await expect(figure("There and back")).toHaveText(/^\d+ ms$/);
  await expect(figure("Lost on the way here")).toHaveText("0 %");
  await expect(figure("Comes in")).toHaveText(/^[1-9]\d* kbit\/s$/);
  await expect(figure("Goes out")).toHaveText(/^[1-9]\d* kbit\/s$/);
  await expect(figure("Packed as")).toHaveText(/Opus/);
  await expect(figure("Encrypted by")).toHaveText(/^DTLS/);
  await expect(call.getByRole("img", { name: /The last minutes: \d+ to \d+ ms there and back/ })).toBeVisible();
  expect(await accessibilityFaults(ada.page)).toEqual([]);

  await ben.page.getByRole("button", { name: "Mute microphone" }).click();
  const card = call.getByRole("listitem").filter({ has: ada.page.getByRole("slider"), hasText: "Ben" });
  await expect(card).toContainText("Muted");
  await ben.page.getByRole("button", { name: "Deafen", exact: true }).click();
  await expect(card).toContainText("Deafened");
});

test("the ring of whoever speaks comes without delay", async ({ relay, person }, info) => {
  const ada = await person();
  const ben = await person();
  await hum(ada.context, ADA_HERTZ);
  await hum(ben.context, BEN_HERTZ);
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await expect(inLounge(ada.page)).toContainText("Ben, speaking");
  const measured = ringDelays(ada.page, 5);
  let isOver = false;
  void measured.finally(() => (isOver = true));
  const microphone = (name: string) => ben.page.getByRole("button", { name }).click();
  while (!isOver) {
    await microphone("Mute microphone");
    await expect(inLounge(ada.page)).toContainText("Ben, muted");
    await microphone("Unmute microphone");
    await expect(inLounge(ada.page)).toContainText("Ben, speaking");
  }
  const delays = (await measured).map(Math.round);
  info.annotations.push({ type: "figure", description: `rings after ${delays.join(", ")} ms` });
  expect(delays.sort((a, b) => a - b)[2]).toBeLessThan(RING_MS * (process.env.PARLEY_FULL ? 1 : 3));
});
