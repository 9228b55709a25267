// People see each other and what they share. What is seen is measured in the pixels of the page and in what the browser
// sent, never in what the page says of itself.
import type { Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { composer, inLounge, joinVoice, say, sees, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import {
  type Pair,
  closeSharedWindow,
  expectMoving,
  frames,
  framesNow,
  giveScreen,
  movingFilm,
  widthSent,
} from "./support/moving.ts";
import { openStage, picture, stage, tile, turnOnCamera, watchBen } from "./support/stage.ts";
import { expect, test } from "./support/test.ts";

const ADAS: Pair = ["red", "blue"];
const BENS: Pair = ["green", "yellow"];

/** What a page hears, as pitches. */
async function pitches(page: Page): Promise<number[]> {
  const all = await heard(page);
  return all.filter((one) => one.decibels > -60).map((one) => Math.round(one.hertz));
}

async function hidePage(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

test("two people see each other, and what nobody looks at is not sent", async ({ relay, person }) => {
  const ada = await person({ camera: movingFilm(ADAS) });
  const ben = await person({ camera: movingFilm(BENS) });
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await expect(inLounge(ada.page)).toContainText("Ben");

  await openStage(ben.page);
  await test.step("a preview is seen by nobody else", async () => {
    await ada.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Turn on camera" }).click();
    const dialog = ada.page.getByRole("dialog", { name: "Your camera" });
    await expectMoving(dialog.locator("video"), ADAS);
    await expect(dialog.getByRole("combobox", { name: "Camera" }).getByRole("option")).not.toHaveCount(1);
    expect(await frames(ada.page, "sent")).toBe(0);
    await ada.page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(picture(ada.page, "You")).toHaveCount(0);
  });

  await turnOnCamera(ada.page, ADAS);
  await expectMoving(picture(ben.page, "Ada"), ADAS);
  await expectMoving(picture(ada.page, "You"), ADAS);
  await turnOnCamera(ben.page, BENS);
  await expectMoving(picture(ada.page, "Ben"), BENS);
  await expectMoving(picture(ben.page, "Ada"), ADAS);

  await test.step("text is read and written, and no picture comes meanwhile", async () => {
    await stage(ben.page).getByRole("button", { name: "Back to text" }).click();
    await expect.poll(() => framesNow(ada.page), { timeout: 20_000 }).toBe(0);
    await say(ben.page, "I read along");
    await sees(ben.page, "I read along");
    await expect(ben.page.getByRole("group", { name: "Call" }).getByText("Voice connected")).toBeVisible();
    await openStage(ben.page);
    await expectMoving(picture(ben.page, "Ada"), ADAS);
  });

  await test.step("a page in the background looks at nothing", async () => {
    await hidePage(ben.page, true);
    await expect.poll(() => framesNow(ada.page), { timeout: 20_000 }).toBe(0);
    await hidePage(ben.page, false);
    await expectMoving(picture(ben.page, "Ada"), ADAS);
  });

  await test.step("a small tile gets a small picture", async () => {
    await expect.poll(() => widthSent(ada.page), { timeout: 20_000 }).toBeGreaterThan(300);
    await ben.page.setViewportSize({ width: 390, height: 500 });
    await expect.poll(() => widthSent(ada.page), { timeout: 20_000 }).toBeLessThan(300);
    await ben.page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(() => widthSent(ada.page), { timeout: 20_000 }).toBeGreaterThan(300);
  });

  await stage(ada.page).getByRole("button", { name: "Turn off camera" }).click();
  await expect(picture(ben.page, "Ada")).toHaveCount(0);
  await expect.poll(() => framesNow(ada.page)).toBe(0);
});

test("a picture comes although the browser refuses at first how it is to be sent", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person({ camera: movingFilm(BENS) });
  // As it does when a description comes into force meanwhile.
  await ben.context.addInitScript(() => {
    let refusals = 0;
    Object.assign(globalThis, { parleyRefusals: () => refusals });
    const set = RTCRtpSender.prototype.setParameters;
    RTCRtpSender.prototype.setParameters = function (parameters) {
      if (!parameters.encodings[0]!.active || refusals === 2) return set.call(this, parameters);
      refusals++;
      return Promise.reject(new DOMException("as the story wants it", "InvalidModificationError"));
    };
  });
  await twoMembers(relay, ada.page, ben.page);
  await watchBen(ada.page, ben.page, BENS);
  expect(await ben.page.evaluate(() => (globalThis as unknown as { parleyRefusals: () => number }).parleyRefusals())).toBe(2);
});

test("screens are shared with their sound, two at once, until they end", async ({ relay, person }) => {
  const ada = await person({ noMicrophone: true });
  const ben = await person({ noMicrophone: true });
  await giveScreen(ada.context, ADAS, 880);
  await giveScreen(ben.context, BENS, 1320);
  await twoMembers(relay, ada.page, ben.page);
  for (const page of [ada.page, ben.page]) {
    await page.getByRole("button", { name: "Join Lounge" }).click();
    await expect(page.getByRole("group", { name: "Call" }).getByText("Listening only")).toBeVisible();
  }

  await ada.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Share screen" }).click();
  await ben.page.getByRole("button", { name: /Ada shares a screen/ }).click();
  await expectMoving(picture(ben.page, "Ada's screen"), ADAS);
  await expect.poll(async () => (await pitches(ben.page)).some((it) => Math.abs(it - 880) < 15), { timeout: 20_000 }).toBe(true);
  const width = (await stage(ben.page).boundingBox())!.width;
  expect((await tile(ben.page, "Ada's screen").boundingBox())!.width, "large").toBeGreaterThan(width * 0.8);

  await stage(ben.page).getByRole("button", { name: "Share screen" }).click();
  await openStage(ada.page);
  await expectMoving(picture(ada.page, "Ben's screen"), BENS);
  await expectMoving(picture(ben.page, "Ada's screen"), ADAS);
  await expect.poll(async () => (await pitches(ada.page)).some((it) => Math.abs(it - 1320) < 15), { timeout: 20_000 }).toBe(true);
  await stage(ben.page).getByLabel("What you share is").selectOption("Smooth motion");
  expect(await accessibilityFaults(ben.page)).toEqual([]);

  await closeSharedWindow(ada.page);
  await expect(ada.page.getByText("Your screen isn't shared any more.")).toBeVisible();
  await expect(tile(ben.page, "Ada's screen")).toHaveCount(0);
  await expect.poll(() => pitches(ben.page)).toEqual([]);
  await stage(ben.page).getByRole("button", { name: "Stop sharing" }).click();
  await expect(tile(ada.page, "Ben's screen")).toHaveCount(0);
  await expect.poll(() => framesNow(ben.page)).toBe(0);

  await test.step("who closes the browser's question shares nothing", async () => {
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await stage(ada.page).getByRole("button", { name: "Share screen" }).click();
    await expect(ada.page.getByText(/^Nothing is shared\./)).toBeVisible();
    await expect(stage(ada.page).getByRole("button", { name: "Share screen" })).toBeVisible();
  });
});

test("a page that is loaded anew is back in the call, with the camera off", async ({ relay, person }) => {
  const ada = await person({ hertz: 440 });
  const ben = await person({ camera: movingFilm(BENS) });
  await twoMembers(relay, ada.page, ben.page);
  await watchBen(ada.page, ben.page, BENS);

  await ben.page.reload();
  await expect(ben.page.getByRole("group", { name: "Call" }).getByText("Voice connected")).toBeVisible({ timeout: 30_000 });
  await expect.poll(async () => (await pitches(ben.page)).some((it) => Math.abs(it - 440) < 15), { timeout: 20_000 }).toBe(true);
  await expect(tile(ada.page, "Ben")).toBeVisible();
  await expect(picture(ada.page, "Ben")).toHaveCount(0);
  expect(await frames(ben.page, "sent")).toBe(0);

  await ben.page.getByRole("button", { name: "Leave call" }).click();
  await ben.page.reload();
  await expect(composer(ben.page)).toBeVisible();
  await expect(inLounge(ada.page)).not.toContainText("Ben");
  await expect(ben.page.getByRole("group", { name: "Call" })).toHaveCount(0);
});

test("a camera that is refused, missing, busy or pulled out says so, and the call goes on", async ({ relay, person }) => {
  const ada = await person({ hertz: 440 });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await ada.page.evaluate(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const world = globalThis as unknown as { cameraFault: string | null; cameraTrack: MediaStreamTrack };
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (wanted?.video && world.cameraFault) throw new DOMException("no", world.cameraFault);
      const stream = await ask(wanted);
      const [track] = stream.getVideoTracks();
      if (track) world.cameraTrack = track;
      return stream;
    };
  });
  const fault = (name: string | null) =>
    ada.page.evaluate((name) => Object.assign(globalThis, { cameraFault: name }), name);
  const dialog = ada.page.getByRole("dialog", { name: "Your camera" });

  await fault("NotAllowedError");
  await ada.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Turn on camera" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Parley may not use the camera.");
  for (const [name, words] of [
    ["NotFoundError", "No camera was found."],
    ["NotReadableError", "Another program is using the camera."],
  ] as const) {
    await fault(name);
    await dialog.getByRole("button", { name: "Try again" }).click();
    await expect(dialog.getByRole("alert")).toContainText(words);
  }
  await fault(null);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Show me" }).click();
  await openStage(ben.page);
  await expect(picture(ben.page, "Ada")).toBeVisible();

  await ada.page.evaluate(() => {
    const { cameraTrack } = globalThis as unknown as { cameraTrack: MediaStreamTrack };
    cameraTrack.stop();
    cameraTrack.dispatchEvent(new Event("ended"));
  });
  await expect(ada.page.getByText(/^Your camera is gone/)).toBeVisible();
  await expect(picture(ben.page, "Ada")).toHaveCount(0);
  await expect.poll(async () => (await pitches(ben.page)).some((it) => Math.abs(it - 440) < 15), { timeout: 20_000 }).toBe(true);
});
