// The recovery key: seen once, kept, and the way back when the password is forgotten.
import { ADA, allSent, composer, confirmRecoveryKey, makeRecoveryKey, openSettings, say, sees, setUp, showRecoveryKey, signIn } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { expect, test } from "./support/test.ts";

const NEW = { name: ADA.name, password: "paper lantern over water" };

test("after set-up the key is shown once, copied, printed, and counts when it was typed back", async ({ relay, person, secrets }) => {
  const { page } = await person();
  await setUp(relay, page);
  await page.getByRole("region", { name: "Recovery key" }).getByRole("button", { name: "Make a recovery key" }).click();
  const key = await showRecoveryKey(page, ADA);
  secrets.push(key, key.replaceAll("-", ""));
  const dialog = page.getByRole("dialog", { name: "Your recovery key" });
  await expect(dialog.getByRole("img", { name: "QR code of the recovery key" })).toBeVisible();
  expect(await accessibilityFaults(page)).toEqual([]);

  await dialog.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  const saved = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save as a file" }).click();
  expect((await saved).suggestedFilename()).toBe("parley-recovery-key.txt");

  await page.emulateMedia({ media: "print" });
  await expect(dialog.getByText(`Recovery key of ${ADA.name}`)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Copy" })).toBeHidden();
  await expect(composer(page)).toBeHidden();
  await page.emulateMedia({ media: "screen" });

  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await dialog.getByRole("textbox").first().fill("XXXX");
  await dialog.getByRole("button", { name: "Use this recovery key" }).click();
  await expect(dialog.getByText("That is not what stands there.").first()).toBeVisible();
  await dialog.getByRole("button", { name: "Show it once more" }).click();
  await confirmRecoveryKey(page, key);
  await expect(page.getByRole("region", { name: "Recovery key" })).toHaveCount(0);
  const settings = await openSettings(page, "Security");
  await expect(settings.getByText("You have one.")).toBeVisible();
});

test("it can be put off; a quiet notice stays, also after a reload", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const reminder = page.getByRole("region", { name: "Recovery key" });
  await reminder.getByRole("button", { name: "Remind me later" }).click();
  await expect(reminder).toHaveCount(0);
  await page.reload();
  await expect(composer(page)).toBeVisible();
  await expect(reminder).toHaveCount(0);
  await page.getByRole("button", { name: "Settings" }).first().click();
  await expect(page.getByRole("dialog", { name: "Settings" }).getByText("1 to do")).toBeVisible();
});

test("a forgotten password: the key opens everything, and a new password takes its place", async ({ relay, person }) => {
  const [ada, second] = [await person(), await person()];
  await setUp(relay, ada.page);
  await say(ada.page, "Written before it was forgotten");
  await allSent(ada.page);
  const key = await makeRecoveryKey(ada.page);

  await second.page.goto("/login");
  await second.page.getByLabel("Your name").fill(ADA.name);
  await second.page.getByRole("button", { name: "Forgot your password?" }).click();
  expect(await accessibilityFaults(second.page)).toEqual([]);
  await expect(second.page.getByLabel("Your name")).toHaveValue(ADA.name);
  await second.page.getByLabel("Recovery key").fill(`${key.slice(0, -1)}*`);
  await second.page.getByLabel("Password", { exact: true }).fill(NEW.password);
  await second.page.getByLabel("Password again", { exact: true }).fill(NEW.password);
  await second.page.getByRole("button", { name: "Sign in with the recovery key" }).click();
  await expect(second.page.getByText("there is a typing error in it")).toBeVisible();
  await second.page.getByLabel("Recovery key").fill(key.toLowerCase().replaceAll("-", " "));
  await second.page.getByRole("button", { name: "Sign in with the recovery key" }).click();
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
  await sees(second.page, "Written before it was forgotten");

  // The first browser was signed out, and only the new password lets it in.
  await expect(ada.page.getByLabel("Your name")).toHaveValue(ADA.name, { timeout: 45_000 });
  await ada.page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await ada.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(ada.page.getByText("That name and password don't go together.")).toBeVisible({ timeout: 45_000 });
  await ada.page.getByLabel("Password", { exact: true }).fill(NEW.password);
  await ada.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(composer(ada.page)).toBeVisible({ timeout: 45_000 });
});

test("a recovery key of somebody else, or an old one, is refused with words", async ({ relay, person }) => {
  const [ada, second] = [await person(), await person()];
  await setUp(relay, ada.page);
  const old = await makeRecoveryKey(ada.page);
  await makeRecoveryKey(ada.page);
  await second.page.goto("/login");
  await second.page.getByRole("button", { name: "Forgot your password?" }).click();
  await second.page.getByLabel("Your name").fill(ADA.name);
  await second.page.getByLabel("Recovery key").fill(old);
  await second.page.getByLabel("Password", { exact: true }).fill(NEW.password);
  await second.page.getByLabel("Password again", { exact: true }).fill(NEW.password);
  await second.page.getByRole("button", { name: "Sign in with the recovery key" }).click();
  await expect(second.page.getByText("That name and recovery key don't go together.")).toBeVisible({ timeout: 45_000 });
  await second.page.getByRole("button", { name: "I remember my password" }).click();
  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
});
