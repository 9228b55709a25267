// When one is heard: by speaking, by holding a key; and what becomes of it when a headset is pulled out. What is heard is
// measured in what the other browser decoded.
import type { Page } from "@playwright/test";
import { composer, inLounge, joinVoice, openSettings, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { chimes, playMicrophone, pullOut, recordedHertz, setLevel } from "./support/microphone.ts";
import { expect, test } from "./support/test.ts";

const HERTZ = 440;

/** Waits until a page hears a pitch. */
async function hears(page: Page, hertz = HERTZ): Promise<void> {
  await expect
    .poll(async () => (await heard(page)).map((one) => Math.abs(one.hertz - hertz) < 15 && one.decibels > -70), { timeout: 20_000 })
    .toEqual([true]);
}

/** Waits until whatever a page receives is silence. */
async function hearsNothing(page: Page): Promise<void> {
  await expect.poll(async () => (await heard(page)).every((one) => one.decibels < -90), { timeout: 20_000 }).toBe(true);
}

test("who speaks is heard and the room is not, by itself or from a loudness that one chose", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person({ hertz: 660 })];
  await playMicrophone(ada.context, HERTZ);
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await hears(ben.page);
  await expect(inLounge(ben.page)).toContainText("Ada, speaking");

  await setLevel(ada.page, -60);
  await hearsNothing(ben.page);
  await expect(inLounge(ben.page)).not.toContainText("Ada, speaking");
  await setLevel(ada.page, -30);
  await hears(ben.page);

  const settings = await openSettings(ada.page, "Voice");
  await settings.getByLabel("Find out by itself when I speak").uncheck();
  await settings.getByLabel("Heard from this loudness on").fill("-20");
  await hearsNothing(ben.page);
  await expect(settings.getByRole("meter", { name: "Your microphone" })).toHaveAttribute("aria-valuenow", /[1-9]/);
  await setLevel(ada.page, -10);
  await hears(ben.page);
  await settings.getByLabel("Heard from this loudness on").fill("-60");
  await setLevel(ada.page, -40);
  await hears(ben.page);
});

test("a key talks while it is held, another one mutes, and the background hears none", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person({ hertz: 660 })];
  await playMicrophone(ada.context, HERTZ);
  await ada.context.addInitScript(() => {
    document.hasFocus = () => !(globalThis as { inBackground?: boolean }).inBackground;
  });
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  const settings = await openSettings(ada.page, "Voice");
  await settings.getByLabel("While I hold a key").check();
  await settings.getByRole("button", { name: /^Key to talk: None yet/ }).click();
  await ada.page.keyboard.press("F9");
  await expect(settings.getByRole("button", { name: "Key to talk: F9" })).toBeVisible();
  await settings.getByRole("button", { name: /^Key that mutes while it is held: None yet/ }).click();
  await ada.page.mouse.click(400, 400, { button: "middle" });
  await expect(settings.getByRole("button", { name: "Key that mutes while it is held: Middle mouse button" })).toBeVisible();
  await ada.page.keyboard.press("Escape");
  await expect(settings).toBeHidden();

  await hearsNothing(ben.page);
  await composer(ada.page).focus();
  await ada.page.keyboard.down("F9");
  await hears(ben.page);
  await ada.page.mouse.down({ button: "middle" });
  await hearsNothing(ben.page);
  await ada.page.mouse.up({ button: "middle" });
  await hears(ben.page);
  await ada.page.keyboard.up("F9");
  await hearsNothing(ben.page);

  // The key is held while the window goes away: nobody hears what is said elsewhere.
  await ada.page.keyboard.down("F9");
  await hears(ben.page);
  await ada.page.evaluate(() => {
    Object.assign(globalThis, { inBackground: true });
    dispatchEvent(new Event("blur"));
  });
  await hearsNothing(ben.page);
  await expect(ada.page.getByText("In the background Parley can't hear your key.")).toBeVisible();
  await ada.page.evaluate(() => {
    Object.assign(globalThis, { inBackground: false });
    dispatchEvent(new Event("focus"));
  });
  await expect(ada.page.getByText("In the background Parley can't hear your key.")).toBeHidden();
  await ada.page.keyboard.up("F9");

  // A key that types writes in a field, and talks elsewhere.
  await openSettings(ada.page, "Voice");
  await settings.getByRole("button", { name: "Key to talk: F9" }).click();
  await ada.page.keyboard.press("v");
  await expect(settings.getByText("This key also types.")).toBeVisible();
  await ada.page.keyboard.press("Escape");
  await composer(ada.page).fill("");
  await composer(ada.page).press("v");
  await expect(composer(ada.page)).toHaveValue("v");
  await ada.page.keyboard.down("v");
  await hearsNothing(ben.page);
  await ada.page.keyboard.up("v");
  await ada.page.getByRole("group", { name: "Call" }).getByRole("button", { name: /Open the call/ }).focus();
  await ada.page.keyboard.down("v");
  await hears(ben.page);
  await ada.page.keyboard.up("v");
  await hearsNothing(ben.page);
  await expect(composer(ada.page)).toHaveValue(/^v+$/);
});

test("a headset that is pulled out is replaced, one hears oneself before, and comings are heard", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person({ hertz: 660 })];
  await playMicrophone(ada.context, HERTZ);
  await twoMembers(relay, ada.page, ben.page);

  const settings = await openSettings(ada.page, "Voice");
  await settings.getByLabel("Begin every call with the microphone off").check();
  await settings.getByRole("button", { name: "Hear yourself" }).click();
  await expect(settings.getByText("Say something.")).toBeVisible();
  await expect(settings.getByRole("meter", { name: "Your microphone" })).toHaveAttribute("aria-valuenow", /[1-9]/);
  await expect(settings.getByText("This is how you sound.")).toBeVisible({ timeout: 10_000 });
  await settings.getByRole("button", { name: "Stop playing" }).click();
  expect(await recordedHertz(ada.page)).toBe(HERTZ);
  await expect(settings.getByRole("button", { name: "Hear yourself" })).toBeVisible();
  await ada.page.keyboard.press("Escape");

  await joinVoice(ada.page);
  await expect(ada.page.getByRole("button", { name: "Unmute microphone" })).toBeVisible();
  await expect.poll(() => chimes(ada.page), "one's own coming").toEqual([523, 784]);
  await joinVoice(ben.page);
  await expect.poll(() => chimes(ada.page), "Ben comes").toEqual([523, 784, 523, 784]);
  await ada.page.getByRole("button", { name: "Unmute microphone" }).click();
  await hears(ben.page);

  await pullOut(ada.page, 880);
  await hears(ben.page, 880);
  await expect(ada.page.getByText("That microphone is gone. You are heard through the one that the system chose.")).toBeVisible();

  await ben.page.getByRole("button", { name: "Leave call" }).click();
  await expect.poll(() => chimes(ada.page), "Ben leaves").toEqual([523, 784, 523, 784, 784, 523]);
  await openSettings(ada.page, "Voice");
  await settings.getByLabel("A sound when somebody comes").uncheck();
  await ada.page.keyboard.press("Escape");
  await joinVoice(ben.page);
  await hears(ben.page, 880);
  await ben.page.getByRole("button", { name: "Leave call" }).click();
  await expect.poll(() => chimes(ada.page), "he came without a sound").toEqual([523, 784, 523, 784, 784, 523, 784, 523]);
});

test("nobody is heard coming or leaving because the relay is started anew", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await playMicrophone(ada.context, HERTZ);
  await playMicrophone(ben.context, 660);
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await hears(ben.page);
  await expect.poll(() => chimes(ada.page), "she, and he").toEqual([523, 784, 523, 784]);
  await expect.poll(() => chimes(ben.page), "his own coming").toEqual([523, 784]);

  await relay.restart();
  // When this is told, both are in the relay's roster again.
  await ben.page.getByRole("button", { name: "Mute microphone" }).click();
  await expect(inLounge(ada.page)).toContainText("Ben, muted");
  await ada.page.getByRole("button", { name: "Mute microphone" }).click();
  await expect(inLounge(ben.page)).toContainText("Ada, muted");
  expect(await chimes(ada.page)).toEqual([523, 784, 523, 784]);
  expect(await chimes(ben.page)).toEqual([523, 784]);
});
