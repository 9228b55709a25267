// Messages outside of their channel: passed on, saved, linked to, and in the list of threads.
import type { Locator, Page } from "@playwright/test";
import { ADA, allSent, channelRow, composer, makeChannel, messages, openChannel, say, sees, signIn, twoMembers } from "./support/acts.ts";
import { choose, line } from "./support/lines.ts";
import { expect, test } from "./support/test.ts";

/** The list of what was saved. */
function saved(page: Page): Locator {
  return page.getByRole("dialog", { name: "Saved messages" });
}

async function openSaved(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Saved messages" }).click();
}

async function linkTo(page: Page, text: string): Promise<string> {
  await choose(page, text, "Copy link to message");
  await expect(page.getByText("Link copied")).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

test("a message is forwarded with a comment, and calls nobody", async ({ relay, person, secrets }) => {
  secrets.push("@Ada the gate is open", "please look");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await makeChannel(ada.page, "garden");
  await expect(channelRow(ben.page, "garden")).toBeVisible();
  await openChannel(ada.page, "general");
  await say(ben.page, "@Ada the gate is open");
  await expect(line(ada.page, "the gate is open")).toBeVisible();
  await choose(ben.page, "the gate is open", "Forward");
  const dialog = ben.page.getByRole("dialog", { name: "Forward to" });
  await expect(dialog.getByText("the gate is open")).toBeVisible();
  await dialog.getByRole("combobox", { name: "Channel" }).fill("gar");
  await ben.page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Add a comment")).toBeFocused();
  await ben.page.keyboard.type("please look");
  await ben.page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await ben.page.getByRole("button", { name: "Go there" }).click();
  await sees(ben.page, "please look", "garden");
  // It is new to the other one, and no call.
  await expect(channelRow(ada.page, "garden")).toHaveAccessibleName(/2 unread/);
  await expect(channelRow(ada.page, "garden").locator(".badge.loud")).toHaveCount(0);
  await openChannel(ada.page, "garden");
  const passedOn = line(ada.page, "the gate is open", "garden");
  await expect(passedOn.getByText("Forwarded")).toBeVisible();
  await expect(line(ada.page, "please look", "garden").getByText("Forwarded")).toHaveCount(0);
  // Whose it was, and where, is not said.
  await expect(passedOn.getByText("general")).toHaveCount(0);
});

test("what is saved on one device is saved on the other, and nobody else knows", async ({ relay, person, secrets }) => {
  secrets.push("the code of the gate is blue", "the ferry leaves at six");
  const [ada, ben, phone] = [await person(), await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "the code of the gate is blue");
  await say(ben.page, "the ferry leaves at six");
  await signIn(phone.page, ADA);
  await sees(phone.page, "the ferry leaves at six");
  await openSaved(ada.page);
  await expect(saved(ada.page).getByText("Nothing is saved yet.")).toBeVisible();
  await ada.page.keyboard.press("Escape");
  await choose(ada.page, "the code of the gate is blue", "Save for yourself");
  await expect(line(ada.page, "the code of the gate is blue").getByText("Saved")).toBeVisible();
  await choose(ada.page, "the ferry leaves at six", "Save for yourself");

  await openSaved(phone.page);
  await expect(saved(phone.page).getByRole("listitem")).toHaveCount(2);
  const first = saved(phone.page).getByRole("listitem").first();
  await expect(first.getByText("the ferry leaves at six")).toBeVisible();
  await expect(first.getByText("Ben")).toBeVisible();
  await expect(first.getByText("general")).toBeVisible();
  await first.getByRole("button", { name: "Go to message" }).click();
  await expect(messages(phone.page).locator("[data-aimed]")).toContainText("the ferry leaves at six");

  // What is deleted is said to be, and can be taken away.
  await choose(ben.page, "the ferry leaves at six", "Delete for everybody");
  await expect(line(phone.page, "the ferry leaves at six")).toHaveCount(0, { timeout: 20_000 });
  await openSaved(phone.page);
  await expect(saved(phone.page).getByText("It was deleted.")).toBeVisible();
  await first.getByRole("button", { name: "Remove" }).click();
  await expect(saved(phone.page).getByRole("listitem")).toHaveCount(1);
  await expect(saved(phone.page).getByText("the code of the gate is blue")).toBeVisible();
  await expect(line(ben.page, "the code of the gate is blue").getByText("Saved")).toHaveCount(0);
});

test("a link to a message is shown with it, and opens in the page", async ({ relay, person, secrets }) => {
  secrets.push("the tide table for spring", "high water in the morning");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await makeChannel(ada.page, "garden");
  await openChannel(ada.page, "general");
  await say(ada.page, "the tide table for spring");
  await sees(ben.page, "the tide table for spring");
  const link = await linkTo(ada.page, "the tide table for spring");
  await openChannel(ben.page, "garden");
  await say(ben.page, `see ${link}`, "garden");
  const card = messages(ben.page, "garden").getByRole("button", { name: /Ada general .* the tide table for spring/ });
  await expect(card).toBeVisible();
  await expect(messages(ben.page, "garden").getByRole("link", { name: "Message in #general" })).toBeVisible();
  await ben.page.evaluate(() => Object.assign(globalThis, { stayed: true }));
  await card.click();
  await expect(messages(ben.page).locator("[data-aimed]")).toContainText("the tide table for spring");
  expect(await ben.page.evaluate(() => "stayed" in globalThis)).toBe(true);

  // The card goes with its message.
  await openChannel(ben.page, "garden");
  await openChannel(ada.page, "garden");
  await expect(messages(ada.page, "garden").getByRole("button", { name: /the tide table/ })).toBeVisible();
  await openChannel(ada.page, "general");
  await choose(ada.page, "the tide table for spring", "Delete for everybody");
  await expect(card).toHaveCount(0, { timeout: 20_000 });
  await expect(messages(ben.page, "garden").getByRole("link", { name: "Message in #general" })).toBeVisible();
});

test("a link cannot say that it leads elsewhere, and a way in is no link", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "[https://bank.example/login](https://evil.example/) and [the minutes](https://notes.example/)");
  const log = messages(ada.page);
  await expect(log.getByRole("link", { name: "https://evil.example/" })).toBeVisible();
  await expect(log.getByText("bank.example")).toHaveCount(0);
  await expect(log.getByText("(notes.example)")).toBeVisible();
  await say(ben.page, `come in by ${relay.url}/join#abc`);
  await expect(log.getByText(`${relay.url}/join#abc`)).toBeVisible();
  await expect(log.getByRole("link", { name: /join/ })).toHaveCount(0);
});

test("the threads of a channel stand in one list, the newest on top", async ({ relay, person, secrets }) => {
  secrets.push("who paints the hull", "who mends the sail", "I can on Monday");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await ada.page.getByRole("button", { name: "Threads" }).click();
  const threads = (page: Page) => page.getByRole("dialog", { name: "Threads", exact: true });
  await expect(threads(ada.page).getByText("No threads yet.")).toBeVisible();
  await ada.page.keyboard.press("Escape");
  for (const text of ["who paints the hull", "who mends the sail"]) {
    await say(ada.page, text);
    await allSent(ada.page);
    await choose(ada.page, text, "Start a thread");
    await ada.page.getByRole("dialog", { name: "Thread" }).getByLabel("Message in this thread").fill("who has time");
    await ada.page.keyboard.press("Enter");
    await expect(ada.page.getByRole("dialog").getByRole("article").filter({ hasText: "who has time" })).toBeVisible();
    await ada.page.keyboard.press("Escape");
  }
  await expect(line(ben.page, "who mends the sail").getByRole("button", { name: /1 message in the thread/ })).toBeVisible();
  await ben.page.getByRole("button", { name: "Threads" }).click();
  const rows = threads(ben.page).getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("who mends the sail");
  await expect(rows.first()).toContainText("something new");
  await rows.last().getByRole("button").click();
  const thread = ben.page.getByRole("dialog", { name: "Thread", exact: true });
  await expect(thread.getByText("who has time")).toBeVisible();
  await thread.getByLabel("Message in this thread").fill("I can on Monday");
  await ben.page.keyboard.press("Enter");
  await expect(thread.getByText("I can on Monday")).toBeVisible();
  await ben.page.keyboard.press("Escape");
  await ben.page.getByRole("button", { name: "Threads" }).click();
  await expect(rows.first()).toContainText("who paints the hull");
  await expect(rows.first()).toContainText("2 messages in the thread");
  await expect(rows.first()).not.toContainText("something new");
  await expect(composer(ben.page)).toBeVisible();
});
