// A passkey in place of a password: made once, it signs in and opens everything, and what it computes stays in the browser.
import type { Page } from "@playwright/test";
import { ADA, allSent, composer, confirmRecoveryKey, invite, join, say, sees, setUp } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { Authenticator, forgetEverything } from "./support/authenticator.ts";
import { expect, test } from "./support/test.ts";

async function openSecurity(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("navigation", { name: "Pages of the settings" }).getByRole("button", { name: "Security" }).click();
}

/** Makes a passkey on the security page, and closes the settings. */
async function addPasskey(page: Page): Promise<void> {
  await openSecurity(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("Your passkey is ready")).toBeVisible({ timeout: 45_000 });
  await page.keyboard.press("Escape");
}

async function signInWithPasskey(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
}

test("a passkey signs in without a name, and everything is there", async ({ relay, person, secrets }) => {
  secrets.push("Written before", "Written after");
  const { page } = await person();
  const authenticator = await Authenticator.plugIn(page);
  await setUp(relay, page);
  await say(page, "Written before");
  await addPasskey(page);
  expect(await authenticator.count()).toBe(1);

  await forgetEverything(page);
  await signInWithPasskey(page);
  await expect(composer(page)).toBeVisible({ timeout: 45_000 });
  await sees(page, "Written before");
  await say(page, "Written after");
  await sees(page, "Written after");
});

test("the list says what a passkey does, and a removed one signs nobody in", async ({ relay, person }) => {
  const { page } = await person();
  await Authenticator.plugIn(page);
  await setUp(relay, page);
  await addPasskey(page);
  await openSecurity(page);
  const list = page.getByRole("list", { name: "Your passkeys" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list).toContainText("Not used yet");
  await expect(list).not.toContainText("can't open your messages");
  expect(await accessibilityFaults(page)).toEqual([]);

  // The same device makes no second one.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("There is a passkey for you on this device already.")).toBeVisible({ timeout: 45_000 });
  // Closing the dialog leads back to the page that led to it.
  await page.keyboard.press("Escape");
  await list.getByRole("button", { name: /Remove passkey/ }).click();
  await page.getByLabel(/^Your password( or recovery key)?$/).fill("not her password");
  await page.getByRole("button", { name: "Remove it" }).click();
  await expect(page.getByText("That is not your password.")).toBeVisible({ timeout: 45_000 });
  await page.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await page.getByRole("button", { name: "Remove it" }).click();
  await expect(page.getByText("The passkey was removed")).toBeVisible({ timeout: 45_000 });

  await forgetEverything(page);
  await signInWithPasskey(page);
  await expect(page.getByText("This passkey isn't known here any more.")).toBeVisible();
});

test("a passkey is proof enough for everything that asks for one", async ({ relay, person }) => {
  const { page } = await person();
  await Authenticator.plugIn(page);
  await setUp(relay, page);
  await addPasskey(page);
  await openSecurity(page);
  await page.getByRole("button", { name: "Make a recovery key" }).click();
  const dialog = page.getByRole("dialog", { name: "Your recovery key" });
  await dialog.getByRole("button", { name: "Use a passkey instead" }).click();
  const groups = dialog.getByRole("list", { name: "Recovery key" }).getByRole("listitem");
  await expect(groups).toHaveCount(13, { timeout: 45_000 });
  const key = (await groups.allInnerTexts()).map((group) => group.trim()).join("-");
  await confirmRecoveryKey(page, key);
  await openSecurity(page);

  await page.getByRole("button", { name: "Set up a second step" }).click();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await expect(page.getByRole("img", { name: "QR code for an authenticator app" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Remove passkey/ }).click();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await expect(page.getByText("The passkey was removed")).toBeVisible({ timeout: 45_000 });
});

test("a person whom the passkey does not recognise does not get in", async ({ relay, person }) => {
  const { page } = await person();
  const authenticator = await Authenticator.plugIn(page);
  await setUp(relay, page);
  await addPasskey(page);
  await forgetEverything(page);
  await authenticator.recognises(false);
  await signInWithPasskey(page);
  await expect(page.getByText("No passkey was used.")).toBeVisible({ timeout: 30_000 });
  await expect(composer(page)).toHaveCount(0);
});

test("a passkey that computes no secret says so, and signs in all the same", async ({ relay, person }) => {
  const { page } = await person();
  await Authenticator.plugIn(page, false);
  await setUp(relay, page);
  await addPasskey(page);
  await openSecurity(page);
  await expect(page.getByRole("list", { name: "Your passkeys" })).toContainText("can't open your messages on a new device");
  await forgetEverything(page);
  await signInWithPasskey(page);
  await expect(page.getByRole("heading", { name: "Open your messages" })).toBeVisible({ timeout: 45_000 });
});

test("a device that signs in again with a passkey reads what came meanwhile in its vault", async ({ relay, person, secrets }) => {
  secrets.push("While the first was away");
  const ada = await person({ noServiceWorker: true });
  await setUp(relay, ada.page);
  await Authenticator.plugIn(ada.page);
  await addPasskey(ada.page);
  const ben = await person();
  await join(ben.page, await invite(ada.page));
  await ada.page.evaluate(() => fetch("/auth/logout", { method: "POST" }));
  await expect(ada.page.getByLabel("Your name")).toHaveValue(ADA.name);
  await say(ben.page, "While the first was away");
  await allSent(ben.page);

  const read = ada.page.waitForResponse((answer) => new URL(answer.url()).pathname === "/vault" && answer.ok());
  await ada.page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await read;
  await sees(ada.page, "While the first was away");
});
