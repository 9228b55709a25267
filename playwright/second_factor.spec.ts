// A second step at sign-in: an app on the phone, and codes for the day when the phone is gone.
import type { Page } from "@playwright/test";
import { ADA, composer, openSettings, setUp, signIn } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { expect, test } from "./support/test.ts";
import { code } from "./support/totp.ts";

/** Turns it on. Gives the shared secret and the codes for a lost phone. */
async function turnOn(page: Page): Promise<{ secret: string; codes: string[] }> {
  const settings = await openSettings(page, "Security");
  await settings.getByRole("button", { name: "Set up a second step" }).click();
  const dialog = page.getByRole("dialog", { name: "Second step" });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(dialog.getByRole("img", { name: "QR code for an authenticator app" })).toBeVisible({ timeout: 45_000 });
  await dialog.getByText("Type it instead").click();
  const secret = (await dialog.locator("details code").innerText()).replaceAll(" ", "");
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByLabel("Code from the app").fill(code(secret, 40));
  await dialog.getByRole("button", { name: "Turn the second step on" }).click();
  await expect(dialog.getByText("That code is not right")).toBeVisible();
  await dialog.getByLabel("Code from the app").fill(code(secret));
  await dialog.getByRole("button", { name: "Turn the second step on" }).click();
  const shown = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(shown).toHaveCount(10);
  const codes = (await shown.allInnerTexts()).map((text) => text.trim());
  await expect(dialog.getByRole("button", { name: "Done" })).toBeDisabled();
  await dialog.getByLabel("I put them somewhere safe").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("It is on. 10 recovery codes are left.")).toBeVisible();
  return { secret, codes };
}

test("with it on, the password alone is not enough; the app's code or a kept one is", async ({ relay, person }) => {
  const [ada, second, third] = [await person(), await person(), await person()];
  await setUp(relay, ada.page);
  const { secret, codes } = await turnOn(ada.page);

  await signIn(second.page, ADA);
  await expect(second.page.getByRole("heading", { name: "One more step" })).toBeVisible({ timeout: 45_000 });
  expect(await accessibilityFaults(second.page)).toEqual([]);
  await second.page.getByLabel("Code").fill("000000");
  await second.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(second.page.getByText("That code is not right")).toBeVisible();
  // The code of this half minute was used to turn it on: the relay takes the next one, too.
  await second.page.getByLabel("Code").fill(code(secret, 1));
  await second.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });

  await signIn(third.page, ADA);
  await third.page.getByLabel("Code").fill(codes[0]!.toLowerCase());
  await third.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(composer(third.page)).toBeVisible({ timeout: 45_000 });
  const settings = await openSettings(third.page, "Security");
  await expect(settings.getByText("It is on. 9 recovery codes are left.")).toBeVisible();
});

test("it is turned off with the password, and then asks for nothing", async ({ relay, person }) => {
  const [ada, second] = [await person(), await person()];
  await setUp(relay, ada.page);
  await turnOn(ada.page);
  await ada.page.getByRole("button", { name: "Turn the second step off" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Turn the second step off?" });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill("not the password at all");
  await dialog.getByRole("button", { name: "Turn it off" }).click();
  await expect(dialog.getByText("That is not your password.")).toBeVisible({ timeout: 45_000 });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await dialog.getByRole("button", { name: "Turn it off" }).click();
  await expect(ada.page.getByText("The second step is off")).toBeVisible({ timeout: 45_000 });
  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
});
