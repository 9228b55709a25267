// One's own account: a new password, a copy of everything, and leaving for good.
import { ADA, BEN, allSent, composer, invite, join, openSettings, say, sees, setUp, signIn, twoMembers } from "./support/acts.ts";
import { texts } from "./support/archive.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { expect, test } from "./support/test.ts";

const NEW = "paper lantern over water";

test("a changed password signs other devices out, and only the new one lets them in", async ({ relay, person }) => {
  const [ada, second] = [await person(), await person()];
  await setUp(relay, ada.page);
  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });

  const settings = await openSettings(ada.page, "Account");
  await settings.getByRole("button", { name: "Change password" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Change password" });
  await expect(dialog.getByText("Your other devices are signed out")).toBeVisible();
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill("not the password at all");
  await dialog.getByLabel("New password", { exact: true }).fill(NEW);
  await dialog.getByLabel("New password again", { exact: true }).fill(NEW);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(dialog.getByText("That is not your password.")).toBeVisible({ timeout: 45_000 });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await expect(ada.page.getByText("Your password was changed")).toBeVisible({ timeout: 45_000 });
  await say(ada.page, "Still here");
  await allSent(ada.page);

  await expect(second.page.getByLabel("Your name")).toHaveValue(ADA.name, { timeout: 45_000 });
  await second.page.getByLabel("Password", { exact: true }).fill(NEW);
  await second.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await sees(second.page, "Still here");
});

test("a copy of one's data is an archive of plain files", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "From Ada");
  await sees(ben.page, "From Ada");
  await say(ben.page, "From Ben: grüße");
  await allSent(ben.page);
  const settings = await openSettings(ben.page, "Account");
  const download = ben.page.waitForEvent("download");
  await settings.getByRole("button", { name: "Save a copy of my data" }).click();
  const files = texts(await (await download).path());
  expect([...files.keys()]).toEqual(["README.txt", "everything.json", "channels/general.txt"]);
  const everything = JSON.parse(files.get("everything.json")!);
  expect(everything.me.name).toBe(BEN.name);
  const said = everything.channels[0].messages.map((one: { author: string; text: string }) => `${one.author}: ${one.text}`);
  expect(said).toEqual(["Ada: From Ada", "Ben: From Ben: grüße"]);
  expect(files.get("channels/general.txt")).toContain("From Ben: grüße");
});

test("a member deletes their account: name typed, password checked, and nobody signs in with it", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await join(ben.page, await invite(ada.page));
  await say(ben.page, "I was here");
  await sees(ada.page, "I was here");

  const settings = await openSettings(ben.page, "Account");
  await settings.getByRole("button", { name: "Delete my account" }).click();
  const dialog = ben.page.getByRole("dialog", { name: "Delete your account?" });
  expect(await accessibilityFaults(ben.page)).toEqual([]);
  const button = dialog.getByRole("button", { name: "Delete my account" });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill(BEN.password);
  await expect(button).toBeDisabled();
  await dialog.getByLabel("Your name", { exact: true }).fill(BEN.name);
  await button.click();
  await expect(ben.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(ada.page.getByRole("complementary", { name: "People" }).getByText(BEN.name)).toHaveCount(0);
  await sees(ada.page, "I was here");
  await signIn(ben.page, BEN);
  await expect(ben.page.getByText("That name and password don't go together.")).toBeVisible({ timeout: 45_000 });
});

test("the owner is told why they can't leave", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const settings = await openSettings(page, "Account");
  await settings.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  await expect(dialog.getByText("its owner can't leave")).toBeVisible();
  await dialog.getByRole("button", { name: "I see" }).click();
  await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
});
