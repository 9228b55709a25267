// Words: formatting, names, commands, emoji, and drafts that are there on the other device.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { ADA, allSent, composer, messages, say, sees, setUp, signIn, twoMembers } from "./support/acts.ts";
import { press } from "./support/lines.ts";
import { expect, test } from "./support/test.ts";

const suggestions = (page: Page): Locator => page.getByRole("listbox", { name: "Suggestions" });
const picker = (page: Page): Locator => page.getByRole("dialog", { name: "Emoji" });

test("what is hidden is shown when asked for; headings, signs and code are as they were meant", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const log = messages(page);
  await say(page, "It was ||the *butler*||");
  await allSent(page);
  await expect(log.getByText("butler")).toHaveCSS("visibility", "hidden");
  // An answer to it does not give it away.
  await press(page, "It was", "Reply");
  await expect(page.getByText("Reply to Ada It was [hidden]")).toBeVisible();
  await say(page, "I knew it");
  await expect(log.getByRole("button", { name: /Answer to Ada It was \[hidden\]/ })).toBeVisible();
  await log.getByRole("button", { name: "Show hidden text" }).press("Enter");
  await expect(log.getByText("butler")).toBeVisible();
  await expect(log.getByText("butler")).toHaveCSS("visibility", "visible");
  await say(page, "# Plans\n## Friday\nbring *bread*");
  await expect(log.getByRole("heading", { name: "Plans", level: 3 })).toBeVisible();
  await expect(log.getByRole("heading", { name: "Friday", level: 4 })).toBeVisible();
  await say(page, "\\*not so\\* and ¯\\_(ツ)_/¯");
  await sees(page, "*not so* and ¯\\_(ツ)_/¯");
  await say(page, "```rust\nfn main() { say(\"hello\"); } // done\n```");
  await expect(log.locator(".code-keyword").getByText("fn", { exact: true })).toBeVisible();
  await expect(log.locator(".code-text").getByText("\"hello\"")).toBeVisible();
  await expect(log.locator(".code-comment").getByText("// done")).toBeVisible();
  await say(page, "```\nplain\n```");
  await expect(log.locator("pre").filter({ hasText: "plain" }).locator("span")).toHaveCount(0);
  expect(await accessibilityFaults(page)).toEqual([]);
});

test("no message is a wall, a tower or a trap", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const log = messages(page);
  await say(page, Array.from({ length: 300 }, (_, n) => `row ${n}`).join("\n"));
  const wall = log.getByRole("article").filter({ hasText: "row 299" });
  await expect(wall).toBeVisible();
  await allSent(page);
  await expect(wall.getByRole("button", { name: "Show all of it" })).toBeVisible();
  expect((await wall.boundingBox())?.height).toBeLessThan(520);
  await wall.getByRole("button", { name: "Show all of it" }).click();
  expect((await wall.boundingBox())?.height).toBeGreaterThan(4_000);
  await wall.getByRole("button", { name: "Show less" }).click();
  expect((await wall.boundingBox())?.height).toBeLessThan(520);

  await say(page, `Z${"\u030d".repeat(500)}algo`);
  await expect(log.getByText("algo")).toBeVisible();
  const marks = await log.getByText("algo").evaluate((it) => it.textContent?.match(/\u030d/g)?.length);
  expect(marks).toBeLessThanOrEqual(4);

  await say(page, "\u202eturned");
  await say(page, "straight on");
  await expect(log.getByText("straight on")).toHaveCSS("direction", "ltr");

  await say(page, "*a* ".repeat(8_000));
  await sees(page, "straight on");
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(2_500);
});

test("a paste of ten million letters is refused, and says why", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await composer(page).fill("kept");
  await page.evaluate(() => navigator.clipboard.writeText("x".repeat(10_000_000)));
  await composer(page).press("Control+v");
  await expect(page.getByText("That is too much for one message")).toBeVisible();
  await expect(composer(page)).toHaveValue("kept");
  await composer(page).press("Enter");
  await sees(page, "kept");
});

test("names are completed by keyboard, and stand out for whom they name", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const box = composer(ada.page);
  await box.pressSequentially("ask @");
  await expect(suggestions(ada.page).getByRole("option")).toHaveCount(3);
  await expect(box).toHaveAttribute("aria-activedescendant", "completion-0");
  await box.press("ArrowDown");
  await expect(suggestions(ada.page).getByRole("option", { name: "Ben" })).toHaveAttribute("aria-selected", "true");
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await box.press("Escape");
  await expect(suggestions(ada.page)).toBeHidden();
  await expect(box).toHaveValue("ask @");
  await box.pressSequentially("b");
  await box.press("Tab");
  await expect(box).toHaveValue("ask @Ben ");
  await box.pressSequentially("in #gen");
  await suggestions(ada.page).getByRole("option", { name: "general" }).click();
  await expect(box).toHaveValue("ask @Ben in #general ");
  await expect(box).toBeFocused();
  await box.press("Enter");

  const mention = messages(ben.page).getByText("@Ben", { exact: true });
  await expect(mention).toBeVisible();
  await expect(mention).toHaveClass(/\bme\b/);
  await expect(messages(ada.page).getByText("@Ben", { exact: true })).not.toHaveClass(/\bme\b/);
  await messages(ben.page).getByRole("button", { name: "#general" }).click();
  await expect(composer(ben.page)).toBeVisible();
  await say(ada.page, "ben@Ben.example @Nobody #nowhere");
  await sees(ben.page, "ben@Ben.example @Nobody #nowhere");
});

test("a slash begins a command, and two slashes send one", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const box = composer(page);
  await box.pressSequentially("/");
  await expect(suggestions(page).getByRole("option")).toHaveCount(4);
  await box.pressSequentially("sh");
  await box.press("Enter");
  await expect(box).toHaveValue("/shrug ");
  await box.pressSequentially("who knows");
  await box.press("Enter");
  await sees(page, "who knows ¯\\_(ツ)_/¯");
  await say(page, "/me waves");
  await expect(messages(page).getByRole("emphasis").filter({ hasText: "waves" })).toBeVisible();
  await say(page, "/dance");
  await expect(page.getByText("There is no command /dance.")).toBeVisible();
  await expect(box).toHaveValue("/dance");
  await box.fill("//dance");
  await box.press("Enter");
  await sees(page, "/dance");
  await say(page, "/usr/bin is full");
  await sees(page, "/usr/bin is full");
});

test("several lines are written, and the box grows with them", async ({ relay, person }) => {
  const { page } = await person({ viewport: { width: 390, height: 844 } });
  await setUp(relay, page);
  const box = composer(page);
  const before = (await box.boundingBox())?.height ?? 0;
  for (const text of ["one", "two", "three", "four"]) {
    await box.pressSequentially(text);
    await box.press("Shift+Enter");
  }
  expect((await box.boundingBox())?.height).toBeGreaterThan(before + 50);
  await box.pressSequentially("five");
  await box.press("Enter");
  await expect(messages(page).getByText(/one\s+two\s+three\s+four\s+five/)).toBeVisible();
  await expect.poll(async () => (await box.boundingBox())?.height).toBeCloseTo(before, 0);
});

test("emoji are found by name, by word and by group, with the tone that somebody chose", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const box = composer(page);
  await box.fill("Good morning ");
  await page.getByRole("button", { name: "Emoji" }).click();
  const search = picker(page).getByRole("searchbox", { name: "Search emoji" });
  await expect(search).toBeFocused();
  expect(await accessibilityFaults(page)).toEqual([]);
  await search.fill("sunrise");
  await search.press("ArrowDown");
  await expect(picker(page).getByRole("button", { name: "sunrise", exact: true })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(picker(page)).toBeHidden();
  await expect(box).toHaveValue("Good morning 🌅");
  await expect(box).toBeFocused();

  await page.getByRole("button", { name: "Emoji" }).click();
  await expect(picker(page).getByRole("group", { name: "Recent" }).getByRole("button")).toHaveCount(1);
  await picker(page).getByLabel("Skin tone").selectOption({ label: "👋🏽 Medium" });
  await picker(page).getByRole("button", { name: "People" }).press("Enter");
  await picker(page).getByRole("button", { name: "wave", exact: true }).click();
  await expect(box).toHaveValue("Good morning 🌅👋🏽");
  await page.getByRole("button", { name: "Emoji" }).click();
  await search.fill("no such thing");
  await expect(picker(page).getByText("Nothing fits.")).toBeVisible();
  await search.press("Escape");
  await expect(picker(page)).toBeHidden();
  await expect(box).toBeFocused();

  await box.fill("");
  await box.pressSequentially("well :thumbsu");
  await expect(suggestions(page).getByRole("option").first()).toContainText(":+1:");
  await box.press("Enter");
  await expect(box).toHaveValue("well 👍🏽 ");
  await box.pressSequentially("10:30 :) and :tada");
  await expect(suggestions(page).getByRole("option").first()).toContainText(":tada:");
  await box.pressSequentially(":");
  await expect(box).toHaveValue("well 👍🏽 10:30 :) and 🎉 ");
  await box.press("Enter");
  await expect(messages(page).getByText("well 👍🏽 10:30 :) and 🎉")).toBeVisible();
});

test("what was begun on one device can be finished on another", async ({ relay, person, secrets }) => {
  secrets.push("half a sentence", "and the other half");
  const [one, two] = [await person(), await person()];
  await setUp(relay, one.page);
  await signIn(two.page, ADA);
  await expect(composer(two.page)).toBeVisible({ timeout: 45_000 });
  await composer(one.page).fill("half a sentence");
  await expect(composer(two.page)).toHaveValue("half a sentence", { timeout: 20_000 });
  await composer(two.page).fill("half a sentence and the other half");
  await composer(two.page).press("Enter");
  await sees(one.page, "half a sentence and the other half");
  await expect(composer(one.page)).toHaveValue("", { timeout: 20_000 });
  // What is typed on both stays on both.
  await composer(one.page).fill("mine");
  await composer(two.page).fill("mine too");
  await allSent(one.page);
  await expect(composer(one.page)).toHaveValue("mine");
  await expect(composer(two.page)).toHaveValue("mine too");
});
