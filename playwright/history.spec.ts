// The past of a channel is here before somebody scrolls there, and without the relay.
import { allSent, composer, invite, join, messages, openSettings, say, sees, setUp } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** More than a first page. */
const LINES = 140;

test("old messages and old pins are found without the relay", async ({ relay, person }) => {
  test.slow();
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await say(ada.page, "The rules of the house");
  await sees(ada.page, "The rules of the house");
  await allSent(ada.page);
  const rules = messages(ada.page).getByRole("article").filter({ hasText: "The rules of the house" });
  await rules.hover();
  await rules.getByRole("button", { name: "More", exact: true }).click();
  await ada.page.getByRole("menuitem", { name: "Pin to this channel", exact: true }).click();
  for (let line = 1; line <= LINES; line += 1) {
    await composer(ada.page).fill(`line ${line}`);
    await composer(ada.page).press("Enter");
  }
  await sees(ada.page, `line ${LINES}`);
  await allSent(ada.page);

  await join(ben.page, await invite(ada.page));
  await sees(ben.page, `line ${LINES}`);
  const health = await openSettings(ben.page, "Encryption health");
  await expect(health.getByText("All messages that you may read are in this browser.")).toBeVisible({ timeout: 60_000 });
  await ben.page.keyboard.press("Escape");

  await relay.stop();
  await expect(ben.page.getByText("The relay can't be reached", { exact: false })).toBeVisible({ timeout: 30_000 });
  await ben.page.getByRole("button", { name: "Pinned messages" }).click();
  const pins = ben.page.getByRole("dialog", { name: "Pinned messages" });
  await expect(pins.getByText("The rules of the house")).toBeVisible();
  await pins.getByRole("button", { name: "Go to message" }).click();
  await expect(messages(ben.page).getByText("The rules of the house")).toBeInViewport();
  await expect(messages(ben.page).getByText("line 1", { exact: true })).toBeVisible();
});
