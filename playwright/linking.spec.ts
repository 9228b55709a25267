// A further device comes without a password: by typing a code, or by opening the link of a QR code. History comes along.
import type { Page } from "@playwright/test";
import { composer, say, sees, setUp, twoMembers } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { expect, test } from "./support/test.ts";

/** Opens the dialog with the code, on a device that is there already. */
async function showCode(page: Page) {
  await page.getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("button", { name: "Devices" }).click();
  await settings.getByRole("button", { name: "Link a device" }).click();
  const dialog = page.getByRole("dialog", { name: "Link a device" });
  await expect(dialog.getByRole("img", { name: "QR code for the new device" })).toBeVisible();
  return dialog;
}

test("a code that is typed brings a device with its history", async ({ relay, person }) => {
  const [laptop, phone] = [await person(), await person()];
  await setUp(relay, laptop.page);
  await say(laptop.page, "Written before the phone");
  await sees(laptop.page, "Written before the phone");

  const dialog = await showCode(laptop.page);
  const code = await dialog.getByLabel("Code to type").innerText();
  expect(code).toMatch(/^(\w{4}-){3}\w{4}$/);
  expect(await accessibilityFaults(laptop.page)).toEqual([]);

  await phone.page.goto("/");
  await phone.page.getByRole("button", { name: "Use another device instead" }).click();
  await phone.page.getByLabel("Code from your other device").fill(code.toLowerCase().replaceAll("-", " "));
  await phone.page.getByRole("button", { name: "Go on" }).click();
  const digits = await phone.page.getByRole("status").getByText(/^\d\d$/).or(phone.page.locator(".link-digits")).first().innerText();
  await expect(dialog.getByText(digits, { exact: true })).toBeVisible();
  expect(await accessibilityFaults(phone.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Yes, it's the same" }).click();

  await expect(composer(phone.page)).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText("Your new device is ready")).toBeVisible({ timeout: 30_000 });
  // The history does not need the old device any more.
  await laptop.context.close();
  await sees(phone.page, "Written before the phone");
  await say(phone.page, "Written on the phone");
  await sees(phone.page, "Written on the phone");
  await phone.page.reload();
  await sees(phone.page, "Written before the phone");
});

test("conversations come along whole, also what is far above", async ({ relay, person }) => {
  test.slow();
  const [laptop, ben, phone] = [await person(), await person(), await person()];
  await twoMembers(relay, laptop.page, ben.page);
  const people = laptop.page.getByRole("complementary", { name: "People" });
  await people.getByRole("listitem").filter({ hasText: "Ben" }).hover();
  await people.getByRole("button", { name: /^Message .*Ben/ }).click();
  const field = laptop.page.getByRole("textbox", { name: "Message Ben" });
  // More than a new device gets from the others by mail.
  const ballast = "sand and stones ".repeat(1_800);
  for (let number = 1; number <= 12; number += 1) {
    await field.fill(`load ${number}: ${ballast}`);
    await field.press("Enter");
  }
  await expect(laptop.page.getByRole("log", { name: "Messages in Ben" }).getByText("Waiting for the relay")).toHaveCount(0);
  await expect(laptop.page.getByRole("log", { name: "Messages in Ben" }).getByText("At the relay")).toHaveCount(12);

  const dialog = await showCode(laptop.page);
  const code = await dialog.getByLabel("Code to type").innerText();
  await phone.page.goto("/");
  await phone.page.getByRole("button", { name: "Use another device instead" }).click();
  await phone.page.getByLabel("Code from your other device").fill(code);
  await phone.page.getByRole("button", { name: "Go on" }).click();
  await dialog.getByRole("button", { name: "Yes, it's the same" }).click();
  await expect(composer(phone.page)).toBeVisible({ timeout: 30_000 });
  await expect(dialog.getByText("Your new device is ready")).toBeVisible({ timeout: 30_000 });
  await laptop.context.close();
  await phone.page.getByRole("navigation", { name: "Channels" }).locator(".channel.direct", { hasText: "Ben" }).click();
  const there = phone.page.getByRole("log", { name: "Messages in Ben" });
  for (const number of [1, 6, 12]) {
    await expect(there.getByText(`load ${number}: sand`, { exact: false })).toHaveCount(1);
  }
});

test("the link of the QR code leads straight to the digits", async ({ relay, person }) => {
  const [laptop, phone] = [await person(), await person()];
  await setUp(relay, laptop.page);
  const asked = laptop.page.waitForResponse("**/link");
  const dialog = await showCode(laptop.page);
  const code = await dialog.getByLabel("Code to type").innerText();
  const request = (await asked).request().postDataJSON() as { key: string };
  await phone.page.goto(`/#link=${code.slice(0, 4)}.${request.key}`);
  await expect(phone.page.locator(".link-digits")).toHaveText(/^\d\d$/);
  const digits = await phone.page.locator(".link-digits").innerText();
  await expect(dialog.getByText(digits, { exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Yes, it's the same" }).click();
  await expect(composer(phone.page)).toBeVisible({ timeout: 30_000 });
});

test("digits that differ give nothing away", async ({ relay, person }) => {
  const [laptop, phone] = [await person(), await person()];
  await setUp(relay, laptop.page);
  const dialog = await showCode(laptop.page);
  const code = await dialog.getByLabel("Code to type").innerText();
  await phone.page.goto("/");
  await phone.page.getByRole("button", { name: "Use another device instead" }).click();
  await phone.page.getByLabel("Code from your other device").fill("0000-0000-0000-0000");
  await phone.page.getByRole("button", { name: "Go on" }).click();
  await expect(phone.page.getByRole("alert")).toContainText("not valid any more");
  await phone.page.getByLabel("Code from your other device").fill(code);
  await phone.page.getByRole("button", { name: "Go on" }).click();
  await dialog.getByRole("button", { name: "No, it's different" }).click();
  await expect(dialog.getByRole("alert")).toContainText("nothing was given away");
  await expect(phone.page.getByRole("alert")).toContainText("nothing was given away");
  await expect(composer(phone.page)).toHaveCount(0);
});
