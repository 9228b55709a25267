// Chromium and Firefox talk to each other: sound, camera and screen in both directions, from browser to browser and by
// the relay's TURN over UDP and over TCP. What arrives is measured in decoded sound, counted frames and pixels.
import type { Page as InFirefox } from "puppeteer-core";
import { BEN, inLounge, invite, setUp } from "./support/acts.ts";
import { type Way, heard, here, narrow, onlyThrough, routes } from "./support/calls.ts";
import { firefox, press, until, write } from "./support/firefox.ts";
import { type Pair, expectMoving, fakeScreen, movingFilm } from "./support/moving.ts";
import { expect, test } from "./support/test.ts";

const ADAS: Pair = ["red", "blue"];
const ADAS_SCREEN: Pair = ["green", "blue"];
const BENS_SCREEN: Pair = ["green", "yellow"];

/** What Ben's Firefox gets of Ada: how many moving pictures, and how many sounds, as loud as it decodes them. */
async function gets(page: InFirefox): Promise<{ pictures: number; sounds: number }> {
  return page.evaluate(async () => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    let [pictures, sounds] = [0, 0];
    for (const connection of parleyConnections.filter((it) => it.connectionState === "connected")) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== "inbound-rtp") continue;
        if (entry.kind === "video" && entry.framesDecoded > 10) pictures++;
        if (entry.kind === "audio" && entry.audioLevel > 0.01) sounds++;
      }
    }
    return { pictures, sounds };
  });
}

/** The colours in the middle of both halves of a picture that Ben sees, over two seconds. */
async function colours(page: InFirefox, picture: string): Promise<string[]> {
  return page.evaluate(async (picture) => {
    const video = [...document.querySelectorAll("video")].find((it) => it.ariaLabel === `Picture: ${picture}`)!;
    const canvas = new OffscreenCanvas(64, 36);
    const brush = canvas.getContext("2d")!;
    const seen = new Set<string>();
    for (let look = 0; look < 40; look++) {
      brush.drawImage(video, 0, 0, 64, 36);
      const [red, green, blue] = brush.getImageData(16, 18, 1, 1).data as unknown as [number, number, number];
      const most = Math.max(red, green, blue);
      if (most > 80) seen.add(most === red ? "red" : most === green ? "green" : "blue");
      await new Promise((done) => setTimeout(done, 50));
    }
    return [...seen].sort();
  }, picture);
}

test("Chromium and Firefox hear and see each other, directly and by TURN over UDP and TCP", async ({ relay, person }) => {
  test.setTimeout(180_000);
  const ada = await person({ hertz: 440, camera: movingFilm(ADAS) });
  await ada.context.addInitScript(fakeScreen, [ADAS_SCREEN, 880] as const);
  const ben = await firefox();
  try {
    await ben.page.evaluateOnNewDocument(narrow, undefined);
    await ben.page.evaluateOnNewDocument(fakeScreen, [BENS_SCREEN, 1320] as const);
    await setUp(relay, ada.page);
    await ben.page.goto(await invite(ada.page));
    await write(ben.page, "Your name", BEN.name);
    await write(ben.page, "Password", BEN.password);
    await write(ben.page, "Password again", BEN.password);
    await press(ben.page, "Join");
    await until(ben.page, () => document.querySelector(".composer") !== null, 60_000);

    for (const way of [undefined, "udp", "tcp"] as Way[]) {
      await test.step(way ? `by TURN over ${way}` : "from browser to browser", async () => {
        await ada.page.evaluate(onlyThrough, way);
        await ben.page.evaluate(onlyThrough, way);
        await ada.page.getByRole("button", { name: "Join Lounge" }).click();
        await press(ben.page, "Join Lounge");
        await expect(inLounge(ada.page)).toContainText("Ben");
        const call = ada.page.getByRole("region", { name: "Call in Lounge" });
        await ada.page.getByRole("button", { name: "Turn on camera" }).click();
        await ada.page.getByRole("button", { name: "Show me" }).click();
        await call.getByRole("button", { name: "Share screen" }).click();
        await press(ben.page, "Turn on camera");
        await press(ben.page, "Show me");
        await press(ben.page, "Share screen");

        const bens = call.getByLabel("Picture: Ben", { exact: true });
        await expectMoving(call.getByLabel("Picture: Ben's screen"), BENS_SCREEN);
        await expect.poll(() => here(bens, "videoWidth")).toBeGreaterThan(0);
        const before = await here(bens, "currentTime");
        await expect.poll(() => here(bens, "currentTime"), { message: "Ben's camera moves" }).toBeGreaterThan(before);
        await expect.poll(async () => (await heard(ada.page)).filter((it) => it.decibels > -60).length).toBe(2);

        await expect.poll(() => colours(ben.page, "Ada"), { timeout: 20_000 }).toEqual(["blue", "red"]);
        await expect.poll(() => colours(ben.page, "Ada's screen"), { timeout: 20_000 }).toEqual(["blue", "green"]);
        await expect.poll(() => gets(ben.page)).toEqual({ pictures: 2, sounds: 2 });
        if (way) await expect.poll(() => routes(ada.page)).toEqual([{ local: "relay", remote: "relay", relayProtocol: way }]);

        await call.getByRole("button", { name: "Leave call" }).click();
        await press(ben.page, "Leave call");
        await expect(inLounge(ada.page)).toHaveCount(0);
      });
    }
  } finally {
    await ben.browser.close();
  }
});
