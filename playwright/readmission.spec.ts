// Somebody lost every device, the password and the recovery key. Whoever may remove members lets them back in.
import type { Locator, Page } from "@playwright/test";
import { ADA, BEN, allSent, composer, invite, join, messages, say, sees, setUp, signIn } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

const CLEO = { name: "Cleo", password: "four tall masts in fog" };
const NEW_PASSWORD = "nine green bottles standing";

/** Makes the link for a member from the list of people. */
async function letBackIn(page: Page, name: string): Promise<string> {
  await page.getByRole("button", { name: `Lost all devices? Let ${name} back in` }).click();
  const dialog = page.getByRole("dialog", { name: `Let ${name} back in` });
  await expect(dialog.getByText(/everybody sees it.*private channels/)).toBeVisible();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const field = dialog.getByLabel("Link to come back");
  await expect(field).toHaveValue(/#/);
  await expect(dialog.getByText("It works once, and for three days.", { exact: false })).toBeVisible();
  const link = await field.inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();
  return link;
}

async function comeBack(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole("heading", { name: `Welcome back, ${name}` })).toBeVisible();
  await expect(page.getByLabel("Your name")).toBeHidden();
  await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Go on" }).click();
}

test("who forgot everything is let back in, and everybody sees it", async ({ relay, person, secrets }) => {
  secrets.push("the tide turns at four", "good to have you back");
  const [ada, ben, cleo] = [await person(), await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  await join(ben.page, link);
  await join(cleo.page, link, CLEO);
  await say(ada.page, "the tide turns at four");
  await sees(ben.page, "the tide turns at four");
  await sees(cleo.page, "the tide turns at four");
  // An ordinary member cannot let anybody in again.
  await expect(cleo.page.getByRole("button", { name: "Verify Ben" })).toHaveCount(1);
  await expect(cleo.page.getByRole("button", { name: /Lost all devices/ })).toHaveCount(0);
  // Nobody lets the owner or themselves in again.
  await expect(ada.page.getByRole("button", { name: /Lost all devices/ })).toHaveCount(2);

  const back = await letBackIn(ada.page, BEN.name);
  const again = await person();
  await comeBack(again.page, back, BEN.name);
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
  await sees(again.page, "the tide turns at four");

  for (const page of [ada.page, cleo.page, again.page]) {
    await expect(messages(page).getByText(`${BEN.name} is back with new keys`)).toHaveCount(1);
  }
  await expect(ada.page.getByText(`${BEN.name} has new keys`)).toHaveCount(0);
  await expect(ben.page.getByText("You were let back in with new keys elsewhere")).toBeVisible();
  await expect(ben.page.getByText("You are no longer a member here")).toHaveCount(0);
  await say(ada.page, "good to have you back");
  await sees(again.page, "good to have you back");
  await allSent(ada.page);
  await expect(ben.page.getByText("good to have you back")).toHaveCount(0);
  await say(again.page, "and here I am");
  await sees(cleo.page, "and here I am");

  // The link is used up, the old password is over, and the new one brings everything.
  const thief = await person();
  await thief.page.goto(back);
  await expect(thief.page.getByText("This invite was used already")).toBeVisible();
  await signIn(thief.page, BEN);
  await expect(thief.page.getByText("That name and password don't go together", { exact: false })).toBeVisible();
  await signIn(thief.page, { name: BEN.name, password: NEW_PASSWORD });
  await sees(thief.page, "good to have you back");

  // The old browser starts over with the new password.
  await ben.page.reload();
  await expect(ben.page.getByText("You were let back in with new keys elsewhere")).toBeVisible();
  await ben.page.getByRole("button", { name: "Settings" }).click();
  await ben.page.getByRole("button", { name: "Sign out" }).click();
  await ben.page.getByRole("dialog", { name: "Sign out?" }).getByRole("button", { name: "Sign out" }).click();
  await expect(ben.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await signIn(ben.page, { name: BEN.name, password: NEW_PASSWORD });
  await sees(ben.page, "good to have you back");
});

test("only who had verified them is warned of the new keys, writes on, and is at ease once they verified again", async ({
  relay, person,
}) => {
  const [ada, ben, cleo] = [await person(), await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  await join(ben.page, link);
  await join(cleo.page, link, CLEO);
  await ada.page.getByRole("complementary", { name: "People" }).getByRole("button", { name: `Verify ${BEN.name}` }).click();
  await verifyEachOther(ada.page, ben.page);

  const back = await letBackIn(ada.page, BEN.name);
  const again = await person();
  await comeBack(again.page, back, BEN.name);
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
  const warning = (page: Page): Locator => page.getByRole("alert").filter({ hasText: `${BEN.name} has new keys` });
  await expect(warning(ada.page)).toContainText("ask Ben in person or on the phone");
  await expect(messages(cleo.page).getByText(`${BEN.name} is back with new keys`)).toHaveCount(1);
  await expect(warning(cleo.page)).toHaveCount(0);
  await expect(warning(again.page)).toHaveCount(0);

  // Nothing is in the way of writing.
  await say(ada.page, "Is it you?");
  await sees(again.page, "Is it you?");
  await ada.page.reload();
  await expect(warning(ada.page)).toBeVisible();

  await warning(ada.page).getByRole("button", { name: "Verify again" }).click();
  await verifyEachOther(ada.page, again.page);
  await expect(warning(ada.page)).toHaveCount(0);
  await expect(ada.page.getByRole("complementary", { name: "People" }).getByTitle("verified", { exact: true })).toHaveCount(1);
});

/** Ada, who has opened the dialog, and Ben compare emoji. */
async function verifyEachOther(ada: Page, ben: Page): Promise<void> {
  const adas = ada.getByRole("dialog", { name: `Verify ${BEN.name}` });
  await adas.getByRole("button", { name: "Compare emoji" }).click();
  await ben.getByRole("button", { name: "Compare", exact: true }).click();
  const bens = ben.getByRole("dialog", { name: `Verify ${ADA.name}` });
  for (const dialog of [adas, bens]) await dialog.getByRole("button", { name: "They match" }).click();
  for (const dialog of [adas, bens]) await dialog.getByRole("button", { name: "Done" }).click();
}

test("a former member comes back from the list of invites", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await join(ben.page, await invite(ada.page));
  await ada.page.getByRole("button", { name: `Remove ${BEN.name}` }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: `Remove ${BEN.name}` }).click();
  await expect(ben.page.getByText("You are no longer a member here")).toBeVisible();

  await ada.page.getByRole("button", { name: "Invite people" }).click();
  await ada.page
    .getByRole("dialog", { name: "Invite people" })
    .getByRole("button", { name: `Let ${BEN.name} back in` })
    .click();
  const dialog = ada.page.getByRole("dialog", { name: `Let ${BEN.name} back in` });
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const field = dialog.getByLabel("Link to come back");
  await expect(field).toHaveValue(/#/);
  const link = await field.inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();

  const again = await person();
  await comeBack(again.page, link, BEN.name);
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
  await expect(ada.page.getByRole("button", { name: `Remove ${BEN.name}` })).toHaveCount(1);
  await say(again.page, "thank you");
  await sees(ada.page, "thank you");
  await ada.page.getByRole("button", { name: "Invite people" }).click();
  await expect(ada.page.getByText("Let somebody back in")).toHaveCount(0);
});
