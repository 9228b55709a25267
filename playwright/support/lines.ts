// What people do with one message, by the buttons at its corner and its menu.
import type { Locator, Page } from "@playwright/test";
import { messages } from "./acts.ts";

/** The message with a text. */
export function line(page: Page, text: string, channel = "general"): Locator {
  return messages(page, channel).getByRole("article").filter({ hasText: text });
}

/** Presses a button at the corner of a message. */
export async function press(page: Page, text: string, button: string, channel = "general"): Promise<void> {
  await line(page, text, channel).hover();
  await line(page, text, channel).getByRole("button", { name: button, exact: true }).click();
}

/** Chooses from the menu of a message. */
export async function choose(page: Page, text: string, item: string, channel = "general"): Promise<void> {
  await press(page, text, "More", channel);
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}
