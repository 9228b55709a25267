// What is done to sound: music as it is, noise taken out, everybody about equally loud and nobody too loud.
import type { Page } from "@playwright/test";
import { joinVoice, openSettings, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { inChannels, listen, playMicrophone, setLevel, setTones, setVoice, speech } from "./support/microphone.ts";
import { expect, test } from "./support/test.ts";

/** Changes something on the page about voice. */
async function options(page: Page, change: (settings: Awaited<ReturnType<typeof openSettings>>) => Promise<void>): Promise<void> {
  const settings = await openSettings(page, "Voice");
  await change(settings);
  await page.keyboard.press("Escape");
  await expect(settings).toBeHidden();
}

test("music comes in both channels, and speech in one", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person({ hertz: 660 })];
  await playMicrophone(ada.context, 440);
  await twoMembers(relay, ada.page, ben.page);
  await setTones(ada.page, 440, 1320);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  /** By how much the tone of its own channel is louder than the other one's, left and right. */
  const apart = async () => {
    const [left, right] = await inChannels(ben.page, [440, 1320]);
    return left && right ? [left[0]! - left[1]! > 20, right[1]! - right[0]! > 20] : [];
  };
  await expect.poll(async () => (await heard(ben.page)).some((one) => one.decibels > -60), { timeout: 20_000 }).toBe(true);
  expect(await apart()).not.toEqual([true, true]);
  await options(ada.page, (settings) => settings.getByLabel("Music mode").check());
  await expect.poll(apart, { timeout: 20_000 }).toEqual([true, true]);

  // Whoever comes later hears it so too.
  await ben.page.getByRole("button", { name: "Leave call" }).click();
  await joinVoice(ben.page);
  await expect.poll(apart, { timeout: 20_000 }).toEqual([true, true]);
  await options(ada.page, (settings) => settings.getByLabel("Music mode").uncheck());
  await expect.poll(apart, { timeout: 20_000 }).not.toEqual([true, true]);
});

test("a shout does not hurt, and a quiet person is made louder", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await playMicrophone(ada.context, 440);
  await playMicrophone(ben.context, 660);
  await twoMembers(relay, ada.page, ben.page);
  await options(ada.page, async (settings) => {
    await settings.getByLabel("Find out by itself when I speak").uncheck();
    await settings.getByLabel("Heard from this loudness on").fill("-70");
  });
  await options(ben.page, async (settings) => {
    await settings.getByLabel("Everybody about equally loud").uncheck();
    await settings.getByLabel("A sound when somebody comes").uncheck();
  });
  await joinVoice(ben.page);
  await joinVoice(ada.page);
  await setLevel(ben.page, -90);
  await setLevel(ada.page, -6);
  await ben.page.getByRole("button", { name: /Open the call$/ }).click();
  const call = ben.page.getByRole("dialog", { name: "Lounge" });
  await call.getByLabel("Volume of Ada").fill("200");
  await expect.poll(async () => (await listen(ben.page)).decibels, { timeout: 20_000 }).toBeGreaterThan(-20);
  const held = await listen(ben.page);
  expect(held.peak, "held down").toBeLessThan(0.6);
  await call.getByRole("button", { name: "Voice options" }).click();
  const settings = ben.page.getByRole("dialog", { name: "Settings" });
  await settings.getByLabel("Never too loud").uncheck();
  await expect.poll(async () => (await listen(ben.page)).peak).toBeGreaterThan(0.9);
  await settings.getByLabel("Never too loud").check();
  await expect.poll(async () => (await listen(ben.page)).peak).toBeLessThan(0.6);

  await setLevel(ada.page, -40);
  await expect.poll(async () => (await listen(ben.page)).decibels).toBeLessThan(-30);
  const quiet = (await listen(ben.page)).decibels;
  await settings.getByLabel("Everybody about equally loud").check();
  await expect.poll(async () => (await listen(ben.page)).decibels - quiet, { timeout: 20_000 }).toBeGreaterThan(6);
});

test("strong suppression takes the noise out between words and leaves the words alone", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await playMicrophone(ada.context, 440);
  await playMicrophone(ben.context, 660);
  await twoMembers(relay, ada.page, ben.page);
  await setVoice(ada.page);
  await setLevel(ada.page, -3);
  await options(ada.page, async (settings) => {
    await settings.getByLabel("Find out by itself when I speak").uncheck();
    await settings.getByLabel("Heard from this loudness on").fill("-80");
  });
  await options(ben.page, async (settings) => {
    await settings.getByLabel("Everybody about equally loud").uncheck();
    await settings.getByLabel("A sound when somebody comes").uncheck();
  });
  await joinVoice(ben.page);
  await joinVoice(ada.page);
  await setLevel(ben.page, -90);
  const strength = async (label: string) =>
    options(ada.page, async (settings) => {
      await settings.getByLabel("Noise suppression").selectOption({ label });
    });
  await expect.poll(async () => (await speech(ben.page)).pauses, { timeout: 20_000 }).toBeGreaterThan(-45);
  const noisy = await speech(ben.page);
  expect(noisy.words - noisy.pauses, "a voice in noise").toBeGreaterThan(8);

  await strength("Strong");
  // A quarter of the noise is left, or less; the network takes a moment to know it.
  await expect.poll(async () => noisy.pauses - (await speech(ben.page)).pauses, { timeout: 20_000 }).toBeGreaterThan(6);
  const clean = await speech(ben.page);
  expect(Math.abs(noisy.words - clean.words), "the words").toBeLessThan(3);
  await expect(ada.page.getByText("Strong noise suppression could not be loaded.")).toHaveCount(0);

  await strength("Off");
  await expect.poll(async () => Math.abs(noisy.pauses - (await speech(ben.page)).pauses), { timeout: 20_000 }).toBeLessThan(3);
});
