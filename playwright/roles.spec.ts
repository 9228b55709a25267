// Roles: made, given, and called by their name; and calling everybody, which not everybody may.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { composer, messages, say, sees, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** Opens the dialog by way of the settings. */
async function openRoles(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Roles" }).click();
  return page.getByRole("dialog", { name: "Roles" });
}

/** Whether a name in the open channel calls the reader. */
function call(page: Page, name: string): Locator {
  return messages(page).locator(".mention.me").filter({ hasText: name });
}

test("a role is made and given, and calls those who have it", async ({ relay, person, secrets }) => {
  secrets.push("set the sails", "lunch is ready");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const roles = await openRoles(ada.page);
  await expect(roles.getByText("There are no roles yet.")).toBeVisible();
  await roles.getByRole("button", { name: "New role" }).click();
  await roles.getByLabel("Role name").fill("everyone");
  await expect(roles.getByText("That name means all members.")).toBeVisible();
  await roles.getByLabel("Role name").fill("Night crew");
  await roles.getByRole("switch", { name: "Delete and pin what others wrote" }).check();
  await roles.getByRole("button", { name: "Make role" }).click();
  const made = roles.getByRole("button", { name: /Night crew/ });
  await expect(made).toContainText("Nobody yet · Delete and pin what others wrote");
  await made.click();
  await roles.getByRole("switch", { name: "Ben" }).check();
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await roles.getByRole("button", { name: "All roles" }).click();
  await expect(made).toContainText("1 person");
  await roles.getByRole("button", { name: "Close" }).click();

  // Ben looks elsewhere, and sees that he was called.
  await ada.page.getByRole("button", { name: "Make a text channel" }).click();
  await ada.page.getByLabel("Channel name").fill("galley");
  await ada.page.getByRole("button", { name: "Make channel" }).click();
  const channels = (page: Page): Locator => page.getByRole("navigation", { name: "Channels" });
  await channels(ben.page).getByRole("button", { name: "galley" }).click();
  await channels(ada.page).getByRole("button", { name: "general" }).click();
  await expect(ben.page.getByRole("complementary").getByText("Night crew").first()).toBeVisible();
  await composer(ada.page).pressSequentially("set the sails, @nig");
  await expect(ada.page.getByRole("option", { name: /Night crew/ })).toBeVisible();
  await ada.page.keyboard.press("Tab");
  await ada.page.keyboard.press("Enter");
  const general = channels(ben.page).getByRole("button", { name: "general" });
  await expect(general.locator(".badge.loud")).toHaveText(/^1/);
  await general.click();
  await expect(call(ben.page, "@Night crew")).toBeVisible();
  await expect(messages(ada.page).locator(".mention").filter({ hasText: "@Night crew" })).toBeVisible();
  await expect(call(ada.page, "@Night crew")).toHaveCount(0);

  // With the role Ben may call everybody. Without it, it is a word.
  await say(ben.page, "@everyone, lunch is ready");
  await expect(call(ada.page, "@everyone")).toBeVisible();
  await openRoles(ada.page);
  await made.click();
  await roles.getByRole("switch", { name: "Ben" }).uncheck();
  await roles.getByRole("button", { name: "All roles" }).click();
  await expect(made).toContainText("Nobody yet");
  await roles.getByRole("button", { name: "Close" }).click();
  await say(ben.page, "@everyone is late");
  await sees(ada.page, "@everyone is late");
  await expect(call(ada.page, "@everyone")).toHaveCount(1);

  // An ordinary member is not offered the roles.
  await ben.page.getByRole("button", { name: "Settings" }).first().click();
  const settings = ben.page.getByRole("dialog", { name: "Settings" });
  await expect(settings.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(settings.getByRole("button", { name: "Roles" })).toHaveCount(0);
});
