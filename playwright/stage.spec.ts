// How a person arranges a call: who is large, one picture over the whole screen or over other windows, oneself as in a
// mirror or not, and whom one does not want to hear.
import type { Locator, Page } from "@playwright/test";
import { inLounge, invite, join, joinVoice, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { type Pair, expectMoving, framesNow, giveScreen, movingFilm, shownHalves, stillFilm } from "./support/moving.ts";
import { playMicrophone, setLevel } from "./support/microphone.ts";
import { listenToPlayback, played } from "./support/played.ts";
import { openStage, picture, stage, tile, watchBen } from "./support/stage.ts";
import { expect, test } from "./support/test.ts";

const ADAS: Pair = ["red", "blue"];
const BENS: Pair = ["green", "yellow"];

/** The name on the largest tile, or nothing if all are alike. */
async function large(page: Page): Promise<string> {
  const tiles = await stage(page).getByRole("list", { name: "Everybody in the call" }).getByRole("listitem").all();
  const areas = await Promise.all(
    tiles.map(async (it) => {
      const box = (await it.boundingBox()) ?? { width: 0, height: 0 };
      return { name: (await it.locator("bdi").last().textContent()) ?? "", area: box.width * box.height };
    }),
  );
  areas.sort((one, other) => other.area - one.area);
  return areas.length > 1 && areas[0]!.area > 2 * areas[1]!.area ? areas[0]!.name : "";
}

/** Presses one of a tile's buttons, as somebody does who points at the tile. */
async function press(of: Locator, name: string): Promise<void> {
  await of.hover();
  await of.getByRole("button", { name, exact: true }).click();
}

test("the speaker view follows who speaks, and who is pinned stays large", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person();
  const cleo = await person();
  await playMicrophone(ben.context, 440);
  await playMicrophone(cleo.context, 660);
  await twoMembers(relay, ada.page, ben.page);
  await join(cleo.page, await invite(ada.page), { name: "Cleo", password: "seven quiet otters sleeping" });
  for (const { page } of [ada, ben, cleo]) await joinVoice(page);
  await setLevel(ben.page, -90);
  await setLevel(cleo.page, -90);
  await openStage(ada.page);
  await expect(tile(ada.page, "Cleo")).toBeVisible();
  await expect.poll(() => large(ada.page)).toBe("");

  await stage(ada.page).getByRole("button", { name: "Speaker view" }).click();
  await setLevel(cleo.page, -20);
  await expect.poll(() => large(ada.page), { timeout: 20_000 }).toBe("Cleo");
  await setLevel(cleo.page, -90);
  await setLevel(ben.page, -20);
  await expect.poll(() => large(ada.page), { timeout: 20_000 }).toBe("Ben");

  await press(tile(ada.page, "You"), "Pin You");
  await expect.poll(() => large(ada.page)).toBe("You");
  await setLevel(ben.page, -90);
  await setLevel(cleo.page, -20);
  await expect(inLounge(ada.page)).toContainText("Cleo, speaking", { timeout: 20_000 });
  await expect(inLounge(ada.page)).not.toContainText("Ben, speaking");
  expect(await large(ada.page)).toBe("You");
  await press(tile(ada.page, "You"), "Let go of You");
  await expect.poll(() => large(ada.page)).toBe("Cleo");
  await stage(ada.page).getByRole("button", { name: "Grid view" }).click();
  await expect.poll(() => large(ada.page)).toBe("");
});

test("a picture fills the screen, or floats over other windows while one reads", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person({ camera: movingFilm(BENS) });
  await twoMembers(relay, ada.page, ben.page);
  await watchBen(ada.page, ben.page, BENS);

  await test.step("the whole screen", async () => {
    await press(tile(ada.page, "Ben"), "Fill the screen with Ben");
    const covers = () =>
      ada.page.evaluate(() => {
        const box = document.fullscreenElement?.getBoundingClientRect();
        return box && [box.left, box.top, box.width, box.height].join() === [0, 0, innerWidth, innerHeight].join();
      });
    await expect.poll(covers).toBe(true);
    await expectMoving(picture(ada.page, "Ben"), BENS);
    await press(tile(ada.page, "Ben"), "Fill the screen with Ben");
    await expect.poll(() => ada.page.evaluate(() => document.fullscreenElement)).toBeNull();
  });

  await test.step("a small window that stays when the call is behind text", async () => {
    await press(tile(ada.page, "Ben"), "Float Ben over other windows");
    await expect.poll(() => ada.page.evaluate(() => document.pictureInPictureElement?.ariaLabel)).toBe("Picture: Ben");
    await stage(ada.page).getByRole("button", { name: "Back to text" }).click();
    await expect(stage(ada.page)).toBeHidden();
    await expectMoving(ada.page.getByLabel("Picture: Ben"), BENS);
    await ada.page.evaluate(() => document.exitPictureInPicture());
    await expect.poll(() => framesNow(ben.page), { timeout: 20_000 }).toBe(0);
  });
});

test("one sees oneself as in a mirror, and the others never do", async ({ relay, person }) => {
  const ada = await person({ camera: stillFilm(ADAS) });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await openStage(ben.page);
  await openStage(ada.page);
  await stage(ada.page).getByRole("button", { name: "Turn on camera" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Your camera" });
  await expect.poll(() => shownHalves(dialog.locator("video"))).toBe("blue red");
  await dialog.getByRole("button", { name: "Show me" }).click();
  await expect.poll(() => shownHalves(picture(ben.page, "Ada")), { timeout: 20_000 }).toBe("red blue");
  await expect.poll(() => shownHalves(picture(ada.page, "You"))).toBe("blue red");

  await stage(ada.page).getByRole("button", { name: "Choose how you are seen" }).click();
  await dialog.getByLabel("See myself as in a mirror").uncheck();
  await expect.poll(() => shownHalves(dialog.locator("video"))).toBe("red blue");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect.poll(() => shownHalves(picture(ada.page, "You"))).toBe("red blue");
  await expect.poll(() => shownHalves(picture(ben.page, "Ada"))).toBe("red blue");
});

test("the background is blurred where the browser can do it, and nobody is offered what it cannot", async ({ relay, person }) => {
  const ada = await person({ camera: movingFilm(ADAS) });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await ada.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Turn on camera" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Your camera" });
  const blur = dialog.getByLabel("Blur what is behind me");
  await expectMoving(dialog.locator("video"), ADAS);
  await expect(dialog.getByLabel("See myself as in a mirror")).toBeVisible();
  await expect(blur).toHaveCount(0);
  await ada.page.keyboard.press("Escape");

  // From here on the camera is one that can.
  await ada.page.evaluate(() => {
    const track = MediaStreamTrack.prototype;
    const [capabilities, settings] = [track.getCapabilities, track.getSettings];
    let isBlurred = false;
    track.getCapabilities = function () {
      return { ...capabilities.call(this), backgroundBlur: [false, true] } as MediaTrackCapabilities;
    };
    track.getSettings = function () {
      return { ...settings.call(this), backgroundBlur: isBlurred } as MediaTrackSettings;
    };
    track.applyConstraints = async (wanted) => {
      isBlurred = Boolean((wanted as { backgroundBlur?: boolean }).backgroundBlur);
    };
    Object.assign(globalThis, { parleyIsBlurred: () => isBlurred });
  });
  const isBlurred = () => ada.page.evaluate(() => (globalThis as unknown as { parleyIsBlurred: () => boolean }).parleyIsBlurred());
  await stage(ada.page).getByRole("button", { name: "Turn on camera" }).click();
  await expect(blur).not.toBeChecked();
  await blur.check();
  await expect.poll(isBlurred).toBe(true);
  await expect(blur).toBeChecked();
  await blur.uncheck();
  await expect.poll(isBlurred).toBe(false);
  await blur.check();
  await dialog.getByRole("button", { name: "Show me" }).click();
  await stage(ada.page).getByRole("button", { name: "Turn off camera" }).click();
  await stage(ada.page).getByRole("button", { name: "Turn on camera" }).click();
  await expect(blur, "as it was left").toBeChecked();
});

test("whom one does not want to hear shares a screen without its sound", async ({ relay, person }) => {
  const ada = await person({ noMicrophone: true });
  const ben = await person({ noMicrophone: true });
  await listenToPlayback(ada.context);
  await giveScreen(ben.context, BENS, 1320);
  await twoMembers(relay, ada.page, ben.page);
  for (const { page } of [ada, ben]) {
    await page.getByRole("button", { name: "Join Lounge" }).click();
    await expect(page.getByRole("group", { name: "Call" }).getByText("Listening only")).toBeVisible();
  }
  await openStage(ada.page);
  await ben.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Share screen" }).click();
  await expectMoving(picture(ada.page, "Ben's screen"), BENS);
  await expect.poll(() => played(ada.page, 1320), { timeout: 20_000 }).toBeGreaterThan(-60);

  await stage(ada.page).getByRole("button", { name: "People and sound of the call" }).click();
  const people = ada.page.getByRole("dialog", { name: "Lounge" });
  await people.getByLabel("Volume of Ben").fill("0");
  await expect.poll(() => played(ada.page, 1320)).toBeLessThan(-90);

  await test.step("and so is a screen that is shared afterwards", async () => {
    await ben.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Stop sharing" }).click();
    await expect(tile(ada.page, "Ben's screen")).toHaveCount(0);
    await ben.page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Share screen" }).click();
    await expectMoving(picture(ada.page, "Ben's screen"), BENS);
    const comes = async () => (await heard(ada.page)).some((it) => Math.abs(it.hertz - 1320) < 15 && it.decibels > -60);
    await expect.poll(comes, { timeout: 20_000 }).toBe(true);
    expect(await played(ada.page, 1320)).toBeLessThan(-90);
  });

  await people.getByLabel("Volume of Ben").fill("100");
  await expect.poll(() => played(ada.page, 1320)).toBeGreaterThan(-60);
});
