// Whoever hides their address: nothing that reaches the others in a call names one, from the first packet on, after the
// path was mended, and from the moment the setting is changed in a call.
import type { BrowserContext, Page } from "@playwright/test";
import { joinVoice, openSettings, twoMembers } from "./support/acts.ts";
import { routes } from "./support/calls.ts";
import { allHeard, hum, listenFor, openEars } from "./support/listening.ts";
import { expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const BEN_HERTZ = 660;

/** Keeps what the others' devices sent: it is what a browser is told of them. */
async function keepWhatComes(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const told: string[] = [];
    Object.assign(globalThis, { parleyTold: told });
    const { setRemoteDescription, addIceCandidate } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setRemoteDescription = function (description: RTCSessionDescriptionInit) {
      told.push(...(description.sdp ?? "").split(/\r?\n/));
      return setRemoteDescription.call(this, description);
    } as typeof setRemoteDescription;
    RTCPeerConnection.prototype.addIceCandidate = function (candidate?: RTCIceCandidateInit) {
      told.push(candidate?.candidate ?? "");
      return addIceCandidate.call(this, candidate);
    } as typeof addIceCandidate;
  });
}

/** The lines that name an address, of what came since the last time. */
async function told(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { parleyTold } = globalThis as unknown as { parleyTold: string[] };
    return parleyTold.splice(0).filter((line) => /candidate:|^c=|^o=|^a=rtcp:/.test(line));
  });
}

/** Only candidates of the relay, without what is behind them, and no address elsewhere. */
function expectHidden(lines: string[]): void {
  const candidates = lines.filter((line) => line.includes("candidate:"));
  expect(candidates.length, "candidates came").toBeGreaterThan(0);
  for (const line of candidates) expect(line).toMatch(/ typ relay raddr 0\.0\.0\.0 rport 0/);
  for (const line of lines) {
    if (!line.includes("candidate:")) expect(line).toMatch(/ (0\.0\.0\.0|127\.0\.0\.1)$/);
  }
}

async function bothHear(ada: Page, ben: Page): Promise<void> {
  await listenFor(ada, [BEN_HERTZ]);
  await listenFor(ben, [ADA_HERTZ]);
  await Promise.all([allHeard(ada, 30_000), allHeard(ben, 30_000)]);
}

test("nobody is ever told the address of somebody who hides it", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person();
  await hum(ada.context, ADA_HERTZ);
  await hum(ben.context, BEN_HERTZ);
  await keepWhatComes(ben.context);
  await twoMembers(relay, ada.page, ben.page);
  const settings = await openSettings(ada.page, "Voice");
  await settings.getByLabel("Hide my address from members").check();
  await ada.page.keyboard.press("Escape");
  for (const { page } of [ada, ben]) await openEars(page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await bothHear(ada.page, ben.page);
  expectHidden(await told(ben.page));

  await test.step("after an ICE restart", async () => {
    await ada.page.evaluate(() => {
      const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
      for (const connection of parleyConnections) if (connection.connectionState === "connected") connection.restartIce();
    });
    const lines: string[] = [];
    const came = async () => lines.push(...(await told(ben.page)));
    await expect.poll(async () => (await came()) > 0 && lines.some((line) => line.includes("candidate:")), { timeout: 20_000 }).toBe(true);
    await bothHear(ada.page, ben.page);
    await came();
    expectHidden(lines);
    expect((await routes(ben.page)).map((route) => route.remote)).toEqual(["relay"]);
  });

  await test.step("shown again in the call, and hidden again", async () => {
    const again = await openSettings(ada.page, "Voice");
    await again.getByLabel("Hide my address from members").uncheck();
    await expect.poll(async () => (await routes(ada.page)).map((route) => route.local), { timeout: 20_000 }).not.toEqual(["relay"]);
    await bothHear(ada.page, ben.page);
    // Until no candidate of then is on its way any more.
    const more = async (): Promise<number> => (await told(ben.page)).length;
    await expect.poll(more, { intervals: [1_500], timeout: 20_000 }).toBe(0);
    await again.getByLabel("Hide my address from members").check();
    await expect.poll(async () => (await routes(ada.page)).map((route) => route.local), { timeout: 20_000 }).toEqual(["relay"]);
    await bothHear(ada.page, ben.page);
    expectHidden(await told(ben.page));
  });
});
