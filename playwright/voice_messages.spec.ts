// Voice messages: recorded by the microphone, heard by another at any place and speed. What arrived is decoded, and must
// hold the tone that the microphone heard.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { composer, messages, say, sees, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

const PITCH = 440;

const recording = (page: Page): Locator => page.getByRole("group", { name: "Voice message", exact: true });
const voice = (page: Page): Locator => messages(page).getByRole("group", { name: /^Voice message, / });
const begin = (page: Page): Promise<void> => page.getByRole("button", { name: "Record a voice message" }).press("Enter");

/** Records for that many seconds or a little more, and sends it. */
async function speak(page: Page, seconds: number): Promise<void> {
  await begin(page);
  await expect(recording(page).getByRole("timer")).toHaveText(new RegExp(`^0:0[${seconds}-9]$`));
  await recording(page).getByRole("button", { name: "Send the recording" }).click();
  await expect(recording(page)).toHaveCount(0);
}

/** How loud it is, how long, and which pitch is in it, by decoding what was saved. */
async function heard(page: Page, player: Locator): Promise<{ energy: number; seconds: number; pitch: number }> {
  const download = page.waitForEvent("download");
  await player.getByRole("button", { name: /^Save/ }).click();
  const bytes = readFileSync(await (await download).path()).toString("base64");
  return page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const context = new OfflineAudioContext(1, 48_000, 48_000);
    const sound = await context.decodeAudioData(data.buffer);
    const samples = sound.getChannelData(0);
    let energy = 0;
    let crossings = 0;
    for (let at = 1; at < samples.length; at += 1) {
      energy += samples[at]! ** 2;
      if (samples[at - 1]! < 0 && samples[at]! >= 0) crossings += 1;
    }
    return { energy: energy / samples.length, seconds: sound.duration, pitch: crossings / sound.duration };
  }, bytes);
}

const time = (player: Locator): Promise<number> => player.getByRole("slider", { name: "Position" }).evaluate((it: HTMLInputElement) => Number(it.value));

test("what somebody says is heard by another, from any place, and faster", async ({ relay, person }) => {
  const ada = await person({ hertz: PITCH });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await speak(ada.page, 3);
  const player = voice(ben.page);
  await expect(player).toHaveAccessibleName(/^Voice message, 0:0[3-9]$/);
  await player.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => time(player)).toBeGreaterThan(0.3);
  await player.getByRole("button", { name: "Pause" }).click();
  expect(await accessibilityFaults(ben.page)).toEqual([]);
  // To another place, by the keyboard.
  const slider = player.getByRole("slider", { name: "Position" });
  await slider.focus();
  await ben.page.keyboard.press("Home");
  await expect.poll(() => time(player)).toBeLessThan(0.2);
  for (let steps = 0; steps < 15; steps += 1) await ben.page.keyboard.press("ArrowRight");
  await expect.poll(() => time(player)).toBeCloseTo(1.5, 1);
  await expect(slider).toHaveAttribute("aria-valuetext", /^0:01 of 0:0[3-9]$/);
  // Faster.
  await player.getByRole("button", { name: "Speed 1×" }).click();
  await player.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => ben.page.locator("audio").evaluate((it: HTMLAudioElement) => it.playbackRate)).toBe(1.5);
  await expect(player.getByRole("button", { name: "Play" })).toBeVisible({ timeout: 10_000 });
  await player.getByRole("button", { name: "Speed 1.5×" }).click();
  await expect(player.getByRole("button", { name: "Speed 2×" })).toBeVisible();

  const { energy, seconds, pitch } = await heard(ben.page, player);
  expect(energy).toBeGreaterThan(0.001);
  expect(seconds).toBeGreaterThan(2.5);
  expect(Math.abs(pitch - PITCH)).toBeLessThan(60);
});

test("a recording is thought better of, by button and key, and one that is too short is not sent", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await begin(ada.page);
  await expect(recording(ada.page).getByRole("timer")).toHaveText(/^0:0[1-9]$/);
  await recording(ada.page).getByRole("button", { name: "Discard the recording" }).click();
  await expect(recording(ada.page)).toHaveCount(0);
  await expect(composer(ada.page)).toBeFocused();
  await begin(ada.page);
  await expect(recording(ada.page).getByRole("button", { name: "Send the recording" })).toBeFocused();
  await ada.page.keyboard.press("Escape");
  await expect(recording(ada.page)).toHaveCount(0);
  // While there is something to send, there is no button to record.
  await composer(ada.page).fill("nothing was said");
  await expect(ada.page.getByRole("button", { name: "Record a voice message" })).toHaveCount(0);
  await composer(ada.page).press("Enter");
  await sees(ben.page, "nothing was said");
  await expect(voice(ben.page)).toHaveCount(0);
});

test("held, the button records as long as it is held", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const button = (await ada.page.getByRole("button", { name: "Record a voice message" }).boundingBox())!;
  await ada.page.mouse.move(button.x + button.width / 2, button.y + button.height / 2);
  await ada.page.mouse.down();
  await expect(recording(ada.page).getByRole("timer")).toHaveText(/^0:0[2-9]$/);
  await ada.page.mouse.up();
  await expect(recording(ada.page)).toHaveCount(0);
  await expect(voice(ben.page)).toHaveAccessibleName(/^Voice message, 0:0[2-9]$/);
});

test("one is heard at a time", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await speak(ada.page, 4);
  await say(ada.page, "and one more");
  await speak(ada.page, 4);
  await expect(voice(ben.page)).toHaveCount(2);
  const [first, second] = [voice(ben.page).first(), voice(ben.page).last()];
  await first.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => time(first)).toBeGreaterThan(0.1);
  await second.getByRole("button", { name: "Play" }).click();
  await expect(second.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(first.getByRole("button", { name: "Play" })).toBeVisible();
});

test("without a microphone that is said, with what to do", async ({ relay, person }) => {
  const ada = await person({ noMicrophone: true });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await begin(ada.page);
  await expect(ada.page.getByText("There is no microphone. Connect one, then try again.")).toBeVisible();
  await say(ada.page, "I write it then");
  await sees(ben.page, "I write it then");
});
