// Marking as read, and what is done in a moment: it can be undone, and does not wait for a page that goes away.
import type { Page } from "@playwright/test";
import { allSent, channelRow, makeChannel, messages, openChannel, say, sees, twoMembers } from "./support/acts.ts";
import { choose, line } from "./support/lines.ts";
import { expect, test } from "./support/test.ts";

/** What a page does when its window is covered, or its phone is put away. */
async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
}

test("everything is marked as read at once, unless somebody thinks again", async ({ relay, person, secrets }) => {
  secrets.push("one for the garden", "one for the kitchen");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await makeChannel(ada.page, "garden");
  await say(ada.page, "one for the garden", "garden");
  await makeChannel(ada.page, "kitchen");
  await say(ada.page, "one for the kitchen", "kitchen");
  const [garden, kitchen] = [channelRow(ben.page, "garden"), channelRow(ben.page, "kitchen")];
  await expect(garden).toHaveAccessibleName(/1 unread/);
  await expect(kitchen).toHaveAccessibleName(/1 unread/);
  const all = ben.page.getByRole("button", { name: "Mark all as read" });
  await all.click();
  await expect(garden).not.toHaveAccessibleName(/unread/);
  await ben.page.getByRole("button", { name: "Undo" }).click();
  await expect(garden).toHaveAccessibleName(/1 unread/);
  await ben.page.keyboard.press("Shift+Escape");
  await expect(garden).not.toHaveAccessibleName(/unread/);
  // It does not wait for the page.
  await ben.page.goto("about:blank");
  await ben.page.goto(relay.url);
  await expect(garden).toBeVisible();
  await expect(messages(ben.page).getByText("joined").first()).toBeVisible();
  await expect(garden).not.toHaveAccessibleName(/unread/);
  await expect(kitchen).not.toHaveAccessibleName(/unread/);
});

test("escape marks the open channel as read", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  for (let n = 0; n < 30; n += 1) await say(ada.page, `line ${n}`);
  await sees(ben.page, "line 29");
  await messages(ben.page).focus();
  await ben.page.keyboard.press("Home");
  await expect(ben.page.getByRole("button", { name: "Jump to newest" })).toBeVisible();
  await say(ada.page, "something new");
  await expect(channelRow(ben.page, "general")).toHaveAccessibleName(/1 unread/);
  await ben.page.keyboard.press("Escape");
  await expect(channelRow(ben.page, "general")).not.toHaveAccessibleName(/unread/);
  await expect(ben.page.getByText("This channel is marked as read")).toBeVisible();
});

test("a deletion does not wait for a page that is hidden, left or closed", async ({ relay, person, secrets }) => {
  secrets.push("the first slip", "the second slip", "the third slip");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await makeChannel(ada.page, "garden");
  await openChannel(ada.page, "general");
  for (const text of ["the first slip", "the second slip", "the third slip"]) await say(ada.page, text);
  await sees(ben.page, "the third slip");
  await allSent(ada.page);
  const undo = ada.page.getByRole("button", { name: "Undo" });

  await choose(ada.page, "the first slip", "Delete for everybody");
  await expect(undo).toBeVisible();
  await openChannel(ada.page, "garden");
  await expect(undo).toBeHidden({ timeout: 3_000 });
  await expect(line(ben.page, "the first slip")).toHaveCount(0);
  await openChannel(ada.page, "general");

  await choose(ada.page, "the second slip", "Delete for everybody");
  await expect(undo).toBeVisible();
  await ada.page.goto("about:blank");
  await ada.page.goto(relay.url);
  await expect(line(ada.page, "the third slip")).toBeVisible();
  await expect(line(ada.page, "the second slip")).toHaveCount(0);
  await expect(line(ben.page, "the second slip")).toHaveCount(0);

  await choose(ada.page, "the third slip", "Delete for everybody");
  await expect(undo).toBeVisible();
  await hide(ada.page);
  await expect(undo).toBeHidden({ timeout: 3_000 });
  await expect(line(ben.page, "the third slip")).toHaveCount(0);
});
