// The community's own emoji: added, used in messages and reactions, taken away; and what is no picture.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { composer, messages, say, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** Opens the dialog by way of the settings. */
async function openEmoji(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Settings" }).first().click();
  const settings = page.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("button", { name: "Community emoji" }).click();
  return page.getByRole("dialog", { name: "Community emoji" });
}

/** Adds an emoji, and waits until everybody could have it. */
async function addEmoji(page: Page, name: string): Promise<void> {
  const dialog = await openEmoji(page);
  await dialog.locator("input[type=file]").setInputFiles({ name: `${name}.png`, mimeType: "image/png", buffer: await picture(page) });
  await expect(dialog.getByRole("img", { name: "How it looks alone" })).toBeVisible();
  await expect(dialog.getByLabel("Name")).toHaveValue(name);
  await dialog.getByRole("button", { name: "Add emoji" }).click();
  await expect(dialog.getByRole("button", { name: `Remove :${name}:` })).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
}

/** A picture of two colours, drawn by the browser: larger than an emoji, and not square. */
async function picture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#3aa675";
    context.beginPath();
    context.ellipse(150, 100, 145, 95, 0, 0, 7);
    context.fill();
    context.fillStyle = "#1c2430";
    context.fillRect(90, 70, 24, 24);
    context.fillRect(186, 70, 24, 24);
    const blob = await canvas.convertToBlob();
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  return Buffer.from(base64, "base64");
}

/** An emoji in the list of messages. */
function shown(page: Page, name: string): Locator {
  return messages(page).getByRole("img", { name: `:${name}:` });
}

test("an emoji is added, used by another in a message and as a reaction, and taken away", async ({ relay, person, secrets }) => {
  secrets.push("green_blob", "look at this");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await addEmoji(ada.page, "green_blob");

  // By its name as one types, and from the picker.
  await composer(ben.page).pressSequentially("look at this :green");
  await expect(ben.page.getByRole("option", { name: ":green_blob:" })).toBeVisible();
  await ben.page.keyboard.press("Tab");
  await ben.page.keyboard.press("Enter");
  await expect(shown(ada.page, "green_blob")).toBeVisible();
  const line = messages(ada.page).getByRole("article").filter({ hasText: "look at this" });
  await line.hover();
  await line.getByRole("button", { name: "React", exact: true }).click();
  const picker = ada.page.getByRole("dialog", { name: "Emoji" });
  await picker.getByRole("button", { name: "This community" }).click();
  await picker.getByRole("button", { name: "green blob" }).click();
  const reaction = messages(ben.page).getByRole("button", { name: /:green_blob: by .?Ada/ });
  await expect(reaction.locator("img")).toBeVisible();
  await reaction.click();

  // Names that are typed or pasted whole become what they name; code stays as it is.
  await say(ben.page, "an ordinary :tada: and `:tada:` beside :green_blob:");
  const mixed = messages(ada.page).getByRole("article").filter({ hasText: "an ordinary 🎉 and :tada: beside" });
  await expect(mixed.getByRole("img", { name: ":green_blob:" })).toBeVisible();
  await expect(mixed.locator("code")).toHaveText(":tada:");

  // Alone it is larger, and all of it is there after a reload.
  await say(ben.page, ":green_blob:");
  await expect(shown(ada.page, "green_blob")).toHaveCount(3);
  await ada.page.reload();
  await expect(shown(ada.page, "green_blob")).toHaveCount(3);
  const [inLine, alone] = [shown(ada.page, "green_blob").first(), shown(ada.page, "green_blob").last()];
  const [small, large] = [await inLine.boundingBox(), await alone.boundingBox()];
  expect(large!.height).toBeGreaterThan(small!.height * 1.5);

  const dialog = await openEmoji(ada.page);
  await dialog.getByRole("button", { name: "Remove :green_blob:" }).click();
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Yes, remove" }).click();
  await expect(dialog.getByText("None yet")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  for (const page of [ada.page, ben.page]) {
    await expect(shown(page, "green_blob")).toHaveCount(0);
    await expect(messages(page).getByText("look at this :green_blob:")).toBeVisible();
  }
});

test("what is no picture is refused, and so is a name that is none", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const dialog = await openEmoji(ada.page);
  const field = dialog.locator("input[type=file]");
  await field.setInputFiles({ name: "notes.png", mimeType: "image/png", buffer: Buffer.from("only words") });
  await expect(dialog.getByText("That file can't be used.")).toBeVisible();
  await field.setInputFiles({ name: "large.png", mimeType: "image/png", buffer: Buffer.alloc(11 * 1024 * 1024) });
  await expect(dialog.getByText("That file is very large.")).toBeVisible();
  await field.setInputFiles({ name: "heart.png", mimeType: "image/png", buffer: await picture(ada.page) });
  await expect(dialog.getByText("There is an ordinary emoji of that name.")).toBeVisible();
  await dialog.getByLabel("Name").fill("Big Heart");
  await expect(dialog.getByText("Use 2 to 32 small letters")).toBeVisible();
  await dialog.getByRole("button", { name: "Add emoji" }).click();
  await expect(dialog.getByText("None yet")).toBeVisible();

  // Who may not change them is not offered it.
  await ben.page.getByRole("button", { name: "Settings" }).first().click();
  const settings = ben.page.getByRole("dialog", { name: "Settings" });
  await expect(settings.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(settings.getByRole("button", { name: "Community emoji" })).toHaveCount(0);
});
