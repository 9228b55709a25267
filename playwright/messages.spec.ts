// What people do with messages: react, answer, edit, delete, pin, ask, and lead others to one.
import type { Locator, Page } from "@playwright/test";
import { ADA, allSent, composer, messages, say, sees, signIn, twoMembers } from "./support/acts.ts";
import { choose, line, press } from "./support/lines.ts";
import { expect, test } from "./support/test.ts";

/** An emoji at a message, by the name of the one person whose it is. */
function reaction(page: Page, text: string, emoji: string, by: string): Locator {
  return line(page, text).getByRole("button", { name: new RegExp(`^${emoji} by .?${by}.?$`) });
}

/** Reacts by way of the menu. */
async function react(page: Page, text: string, emoji: string): Promise<void> {
  await press(page, text, "More");
  await page.getByRole("button", { name: `React with ${emoji}` }).click();
}

test("a reaction is seen by everybody, counted, and taken away again", async ({ relay, person, secrets }) => {
  secrets.push("the boat is ready");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "the boat is ready");
  await sees(ben.page, "the boat is ready");
  await press(ben.page, "the boat is ready", "React");
  await ben.page.getByRole("dialog", { name: "Emoji" }).getByRole("searchbox").fill("party popper");
  await ben.page.keyboard.press("Enter");
  const byBen = reaction(ada.page, "the boat is ready", "🎉", "Ben");
  await expect(byBen).toHaveAttribute("aria-pressed", "false");
  await byBen.click();
  const byBoth = line(ben.page, "the boat is ready").getByRole("button", { name: /🎉 by .+ and .+/ });
  await expect(byBoth).toHaveText("🎉2");
  await byBoth.click();
  await expect(reaction(ada.page, "the boat is ready", "🎉", "Ada")).toHaveText("🎉1");
  // What was done is there after a reload, too.
  await ada.page.reload();
  await expect(reaction(ada.page, "the boat is ready", "🎉", "Ada")).toBeVisible();
});

test("an answer shows what it answers, and leads there", async ({ relay, person, secrets }) => {
  secrets.push("who brings the rope", "I bring two");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "who brings the rope");
  await sees(ben.page, "who brings the rope");
  await press(ben.page, "who brings the rope", "Reply");
  await expect(ben.page.getByText("Reply to Ada")).toBeVisible();
  await say(ben.page, "I bring two");
  await expect(ben.page.getByText("Reply to Ada")).toBeHidden();
  const quote = line(ada.page, "I bring two").getByRole("button", { name: /Answer to Ada who brings the rope/ });
  await quote.click();
  await expect(messages(ada.page).locator("[data-aimed]")).toContainText("who brings the rope");
});

test("a message is edited by arrow up, and what it said before can be read", async ({ relay, person, secrets }) => {
  secrets.push("low water at six", "low water at seven");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "low water at six");
  await sees(ben.page, "low water at six");
  await composer(ada.page).fill("half a thought");
  await composer(ada.page).fill("");
  await composer(ada.page).press("ArrowUp");
  await expect(composer(ada.page)).toHaveValue("low water at six");
  await composer(ada.page).fill("low water at seven");
  await composer(ada.page).press("Enter");
  await sees(ben.page, "low water at seven");
  await expect(messages(ben.page).getByText("low water at six")).toHaveCount(0);
  await line(ben.page, "low water at seven").getByRole("button", { name: "Edited" }).click();
  const before = ben.page.getByRole("dialog", { name: "Earlier texts" });
  await expect(before.getByText("low water at six")).toBeVisible();
  // Nobody else is offered to edit it.
  await ben.page.keyboard.press("Escape");
  await line(ben.page, "low water at seven").hover();
  await expect(line(ben.page, "low water at seven").getByRole("button", { name: "More" })).toBeVisible();
  await expect(line(ben.page, "low water at seven").getByRole("button", { name: "Edit", exact: true })).toHaveCount(0);
});

test("escape leaves an edit, and what was typed before comes back", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "first words");
  await allSent(ada.page);
  await composer(ada.page).fill("half a thought");
  await press(ada.page, "first words", "Edit");
  await expect(composer(ada.page)).toHaveValue("first words");
  await composer(ada.page).press("Escape");
  await expect(composer(ada.page)).toHaveValue("half a thought");
});

test("an edit begun from the menu goes on when the menu and the pointer are gone", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "first words");
  await allSent(ada.page);
  await composer(ada.page).fill("half a thought");
  await choose(ada.page, "first words", "Edit");
  await expect(composer(ada.page)).toHaveValue("first words");
  await composer(ada.page).hover();
  await composer(ada.page).press("Escape");
  await expect(composer(ada.page)).toHaveValue("half a thought");

  await press(ada.page, "first words", "Edit");
  await composer(ada.page).hover();
  await expect(ada.page.getByRole("button", { name: "Edit", exact: true })).toHaveCount(0);
  await composer(ada.page).fill("second words");
  await composer(ada.page).press("Enter");
  await sees(ben.page, "second words");
  await expect(composer(ada.page)).toHaveValue("half a thought");
});

test("a deleted message is gone for everybody, unless its author thinks again", async ({ relay, person, secrets }) => {
  secrets.push("this was a mistake", "this one stays");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "this one stays");
  await say(ada.page, "this was a mistake");
  await sees(ben.page, "this was a mistake");
  await choose(ada.page, "this one stays", "Delete for everybody");
  await ada.page.getByRole("button", { name: "Undo" }).click();
  await sees(ada.page, "this one stays");
  await choose(ada.page, "this was a mistake", "Delete for everybody");
  await expect(line(ben.page, "this was a mistake")).toHaveCount(0, { timeout: 20_000 });
  await sees(ben.page, "this one stays");
  // An ordinary member deletes nobody else's.
  await line(ben.page, "this one stays").hover();
  await line(ben.page, "this one stays").getByRole("button", { name: "More" }).click();
  await expect(ben.page.getByRole("menuitem", { name: "Reply" })).toBeVisible();
  await expect(ben.page.getByRole("menuitem", { name: "Delete for everybody" })).toHaveCount(0);
  await expect(ben.page.getByRole("menuitem", { name: /Pin/ })).toHaveCount(0);
});

test("a moderator pins a message and deletes one of somebody else", async ({ relay, person, secrets }) => {
  secrets.push("we meet at the pier", "buy my watches");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "we meet at the pier");
  await say(ben.page, "buy my watches");
  await sees(ada.page, "buy my watches");
  await choose(ada.page, "we meet at the pier", "Pin to this channel");
  await expect(line(ben.page, "we meet at the pier").getByText("Pinned")).toBeVisible();
  await ben.page.getByRole("button", { name: "Pinned messages" }).click();
  const pins = ben.page.getByRole("dialog", { name: "Pinned messages" });
  await expect(pins.getByText("we meet at the pier")).toBeVisible();
  await pins.getByRole("button", { name: "Go to message" }).click();
  await expect(messages(ben.page).locator("[data-aimed]")).toContainText("we meet at the pier");
  await choose(ada.page, "buy my watches", "Delete for everybody");
  await expect(line(ben.page, "buy my watches")).toHaveCount(0, { timeout: 20_000 });
});

test("people vote in a poll, change their mind, and its maker closes it", async ({ relay, person, secrets }) => {
  secrets.push("which evening suits", "on Friday", "on Sunday");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await ada.page.getByRole("button", { name: "New poll" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "New poll" });
  await dialog.getByRole("button", { name: "Ask" }).click();
  await expect(dialog.getByText("Please write what you ask.")).toBeVisible();
  await dialog.getByLabel("Question").fill("which evening suits");
  await dialog.getByLabel("Option 1").fill("on Friday");
  await dialog.getByLabel("Option 2").fill("on Sunday");
  await dialog.getByRole("button", { name: "Ask" }).click();
  const poll = (page: Page) => line(page, "which evening suits");
  await poll(ben.page).getByRole("radio", { name: /on Friday/ }).click();
  await expect(poll(ada.page).getByRole("radio", { name: /on Friday 1 vote, 100 %/ })).toBeVisible();
  await poll(ben.page).getByRole("radio", { name: /on Sunday/ }).click();
  await expect(poll(ada.page).getByRole("radio", { name: /on Sunday 1 vote, 100 %/ })).toBeVisible();
  await poll(ada.page).getByRole("radio", { name: /on Friday/ }).click();
  await expect(poll(ben.page).getByText("2 people voted")).toBeVisible();
  await expect(poll(ben.page).getByRole("button", { name: "Close the poll" })).toHaveCount(0);
  await poll(ada.page).getByRole("button", { name: "Close the poll" }).click();
  await expect(poll(ben.page).getByText(/Closed/)).toBeVisible();
  await expect(poll(ben.page).getByRole("radio", { name: /on Friday/ })).toBeDisabled();
});

test("a thread hangs off a message, with an unread mark of its own", async ({ relay, person, secrets }) => {
  secrets.push("plans for the summer", "I would sail", "so would I");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "plans for the summer");
  await sees(ben.page, "plans for the summer");
  await choose(ben.page, "plans for the summer", "Start a thread");
  const thread = (page: Page) => page.getByRole("dialog", { name: "Thread" });
  await thread(ben.page).getByLabel("Message in this thread").fill("I would sail");
  await ben.page.keyboard.press("Enter");
  await expect(thread(ben.page).getByRole("article").filter({ hasText: "I would sail" })).toBeVisible();
  // What is in the thread stands nowhere else.
  await expect(messages(ada.page).getByText("I would sail")).toHaveCount(0);
  const link = line(ada.page, "plans for the summer").getByRole("button", { name: /^1 message in the thread ?, something new$/ });
  await link.click();
  await expect(thread(ada.page).getByText("I would sail")).toBeVisible();
  await thread(ada.page).getByLabel("Message in this thread").fill("so would I");
  await ada.page.keyboard.press("Enter");
  await expect(thread(ben.page).getByText("so would I")).toBeVisible();
  await ada.page.keyboard.press("Escape");
  const read = line(ada.page, "plans for the summer").getByRole("button", { name: /^2 messages in the thread$/ });
  await expect(read).toBeVisible();
});

test("everything is reached by keyboard", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "upper line");
  await say(ada.page, "lower line");
  await allSent(ada.page);
  await messages(ada.page).focus();
  await ada.page.keyboard.press("ArrowUp");
  await expect(line(ada.page, "lower line")).toBeFocused();
  await ada.page.keyboard.press("ArrowUp");
  await expect(line(ada.page, "upper line")).toBeFocused();
  await ada.page.keyboard.press("Enter");
  await expect(ada.page.getByRole("menuitem", { name: "Add a reaction" })).toBeFocused();
  await ada.page.keyboard.press("ArrowDown");
  await expect(ada.page.getByRole("menuitem", { name: "Reply" })).toBeFocused();
  await ada.page.keyboard.press("Escape");
  await expect(ada.page.getByRole("menu")).toHaveCount(0);
  await expect(line(ada.page, "upper line")).toBeFocused();
});

test("on a phone a long press opens what can be done, and a swipe answers", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person({ touch: true, viewport: { width: 390, height: 844 } });
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "come to the harbour");
  await sees(ben.page, "come to the harbour");
  const box = (await line(ben.page, "come to the harbour").boundingBox())!;
  const finger = await ben.context.newCDPSession(ben.page);
  const at = (x: number) => [{ x: box.x + x, y: box.y + box.height / 2 }];
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(120) });
  await expect(ben.page.getByRole("menuitem", { name: "Reply" })).toBeVisible();
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await ben.page.keyboard.press("Escape");
  await expect(ben.page.getByRole("menu")).toHaveCount(0);
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(60) });
  for (const x of [80, 110, 140, 170]) {
    await finger.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(x) });
  }
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect(ben.page.getByText("Reply to Ada")).toBeVisible();
});

test("a link leads to a message", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await say(ada.page, "the map is here");
  await sees(ben.page, "the map is here");
  await choose(ada.page, "the map is here", "Copy link to message");
  await expect(ada.page.getByText("Link copied")).toBeVisible();
  const link = await ada.page.evaluate(() => navigator.clipboard.readText());
  await ben.page.goto(link);
  await ben.page.reload();
  await expect(messages(ben.page).locator("[data-aimed]")).toContainText("the map is here");
});

test("all of it comes back on a new browser", async ({ relay, person, secrets }) => {
  secrets.push("words that were wrong", "words that are right");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "words that were wrong");
  await allSent(ada.page);
  await press(ada.page, "words that were wrong", "Edit");
  await composer(ada.page).fill("words that are right");
  await composer(ada.page).press("Enter");
  await sees(ben.page, "words that are right");
  await react(ben.page, "words that are right", "👍");
  await expect(reaction(ada.page, "words that are right", "👍", "Ben")).toBeVisible();
  await ada.context.close();
  const again = await person();
  await signIn(again.page, ADA);
  await expect(reaction(again.page, "words that are right", "👍", "Ben")).toBeVisible({ timeout: 45_000 });
  await expect(line(again.page, "words that are right").getByRole("button", { name: "Edited" })).toBeVisible();
});
