// The call in the place of the conversation, and what stands on it.
import { type Locator, type Page, expect } from "@playwright/test";
import { joinVoice } from "./acts.ts";
import { type Pair, expectMoving } from "./moving.ts";

export const stage = (page: Page): Locator => page.getByRole("region", { name: "Call in Lounge" });

export const tile = (page: Page, whose: string): Locator =>
  stage(page).getByRole("listitem").filter({ has: page.getByText(whose, { exact: true }) });

export const picture = (page: Page, whose: string): Locator => tile(page, whose).locator("video");

export async function openStage(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Show the call" }).click();
  await expect(stage(page)).toBeVisible();
}

/** Turns the camera on by way of the preview. */
export async function turnOnCamera(page: Page, pair: Pair): Promise<void> {
  await page.getByRole("group", { name: "Call" }).getByRole("button", { name: "Turn on camera" }).click();
  const dialog = page.getByRole("dialog", { name: "Your camera" });
  await expectMoving(dialog.locator("video"), pair);
  await dialog.getByRole("button", { name: "Show me" }).click();
  await expect(dialog).toHaveCount(0);
}

/** Both join, and one sees on the stage what Ben's camera shows. */
export async function watchBen(page: Page, ben: Page, shown: Pair): Promise<void> {
  await joinVoice(page);
  await joinVoice(ben);
  await openStage(page);
  await turnOnCamera(ben, shown);
  await expectMoving(picture(page, "Ben"), shown);
}
