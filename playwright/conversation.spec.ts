// Two people talk: from the set-up link to a conversation that survives reloads.
import {
  ADA, BEN, COMMUNITY, allSent, composer, invite, join, messages, orderOf, say, sees, setUp, signIn, twoMembers,
} from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

test("a community is founded, and a friend comes in by the link", async ({ relay, person, secrets }) => {
  secrets.push(ADA.password, BEN.password, "Is anybody out there?", "Yes, right here.");
  const [ada, ben] = [await person(), await person()];

  await setUp(relay, ada.page);
  await expect(ada.page.getByRole("navigation", { name: "Channels" })).toContainText(COMMUNITY);
  await say(ada.page, "Is anybody out there?");
  await sees(ada.page, "Is anybody out there?");
  await allSent(ada.page);

  const link = await invite(ada.page);
  await join(ben.page, link);
  await sees(ben.page, "Is anybody out there?");
  await say(ben.page, "Yes, right here.");
  await sees(ada.page, "Yes, right here.");
  await expect(ada.page.getByRole("complementary", { name: "People" })).toContainText(BEN.name);
  // The secret half of the link is only in the link.
  secrets.push(link.split(".").at(-1) ?? "");
});

test("an invite comes with a QR code and can be copied", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await page.getByRole("button", { name: "Invite people" }).click();
  await page.getByRole("button", { name: "Make invite link" }).click();
  await expect(page.getByRole("img", { name: "QR code of the invite link" })).toBeVisible();
  await page.getByRole("button", { name: "Copy invite link" }).click();
  const link = await page.getByLabel("Invite link", { exact: true }).inputValue();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  expect(link).toMatch(new RegExp(`^${relay.url}/join#`));
});

test("the conversation is there after a reload, in its order", async ({ relay, person, secrets }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const said = ["First light", "Second wind", "Third time lucky", "Fourth wall"];
  secrets.push(...said);
  for (const [at, text] of said.entries()) {
    await say(at % 2 ? ben.page : ada.page, text);
    await sees(ada.page, text);
    await sees(ben.page, text);
  }
  for (const page of [ada.page, ben.page]) {
    await page.reload();
    for (const text of said) await sees(page, text);
    expect(await orderOf(page, said)).toEqual(said);
  }
  await say(ada.page, "Still here");
  await sees(ben.page, "Still here");
});

test("a new browser signs in with name and password and reads what was written", async ({ relay, person, secrets }) => {
  const [ada, second] = [await person(), await person()];
  await setUp(relay, ada.page);
  await say(ada.page, "Written on the first device");
  secrets.push("Written on the first device", "Written on the second device");
  await allSent(ada.page);

  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
  await sees(second.page, "Written on the first device");
  await say(second.page, "Written on the second device");
  await sees(ada.page, "Written on the second device");
});

test("a second tab offers to take over, does, and gives back", async ({ relay, person }) => {
  const [{ context, page }, ben] = [await person(), await person()];
  await twoMembers(relay, page, ben.page);
  const tab = await context.newPage();
  await tab.goto("/");
  await tab.getByRole("button", { name: "Use Parley here" }).click();
  await expect(composer(tab)).toBeVisible();
  await expect(page.getByRole("button", { name: "Use Parley here" })).toBeVisible();
  await say(tab, "From the second tab");
  await sees(tab, "From the second tab");
  await allSent(tab);

  await page.getByRole("button", { name: "Use Parley here" }).click();
  await sees(page, "From the second tab");
  const people = page.getByRole("complementary", { name: "People" });
  await expect(people.getByRole("heading", { name: "Here – 2" })).toBeVisible();
});

test("long conversations load their past when somebody scrolls up", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  const said = Array.from({ length: 130 }, (_, n) => `Line number ${n + 1}.`);
  for (const text of said) await say(ada.page, text);
  await sees(ada.page, "Line number 130.");
  await allSent(ada.page);
  await join(ben.page, await invite(ada.page));
  await sees(ben.page, "Line number 130.");
  await expect(messages(ben.page).getByText("Line number 1.", { exact: true })).toHaveCount(0);
  await expect(async () => {
    await messages(ben.page).press("Home");
    await expect(messages(ben.page).getByText("Line number 1.", { exact: true })).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await sees(ben.page, "Line number 64.");
});
