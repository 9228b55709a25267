// What people write in their own languages: names however they were typed, input methods, text from right to left, and
// the formatting of messages.
import {
  ADA, BEN, composer, fillJoin, invite, join, messages, say, sees, setUp, signIn,
} from "./support/acts.ts";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test.ts";

const HEBREW = "שלום לכולם, hello!";

test("a name typed in parts is taken, and shown in one piece", async ({ relay, person }) => {
  const [ada, ben, again] = [await person(), await person(), await person()];
  await setUp(relay, ada.page, { ...ADA, name: "A\u0301da" });
  await expect(ada.page.getByRole("complementary", { name: "People" })).toContainText("\u00c1da");
  await join(ben.page, await invite(ada.page), { ...BEN, name: "Be\u0301n" });
  await expect(ada.page.getByRole("complementary", { name: "People" })).toContainText("B\u00e9n");
  await signIn(again.page, { ...BEN, name: "be\u0301n" });
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
});

test("a name that looks like somebody else's is taken or refused, with words that help", async ({ relay, person }) => {
  const [ada, eve] = [await person(), await person()];
  await setUp(relay, ada.page, { ...ADA, name: "Ian" });
  const link = await invite(ada.page);
  await fillJoin(eve.page, link, { ...BEN, name: "I\u0430n" });
  await expect(eve.page.getByText("letters and digits of one alphabet")).toBeVisible();
  await fillJoin(eve.page, link, { ...BEN, name: "lan" });
  await expect(eve.page.getByText("Somebody here has that name already")).toBeVisible({ timeout: 45_000 });
});

test("the Enter that ends a composition does not send", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const box = composer(page);
  await box.fill("にほ");
  // As Safari does: the composition has ended, and the code of the key is that of an input method.
  const sent = await box.evaluate((field) => {
    const key = { key: "Enter", bubbles: true, cancelable: true };
    field.dispatchEvent(new CompositionEvent("compositionend", { data: "にほ", bubbles: true }));
    return !field.dispatchEvent(new KeyboardEvent("keydown", { ...key, keyCode: 229 }));
  });
  expect(sent, "the key was taken for sending").toBe(false);
  // As all others do: the composition has not ended.
  await box.evaluate((field) => {
    field.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, isComposing: true, bubbles: true, cancelable: true }),
    );
  });
  await expect(box).toHaveValue("にほ");
  await box.press("Enter");
  await sees(page, "にほ");
  await expect(box).toHaveValue("");
});

test("nothing is sent that nobody would see", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await composer(page).fill("\u200b \u2800\u3164");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await composer(page).press("Enter");
  await expect(composer(page)).toHaveValue("\u200b \u2800\u3164");
});

/** Where something stands on the page, and which way its text runs. */
async function placeOf(page: Page, text: string) {
  return messages(page).getByText(text, { exact: true }).evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const [text, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
    return {
      direction: getComputedStyle(element).direction,
      fromLeft: text.left - box.left,
      fromRight: box.right - text.right,
    };
  });
}

test("text from right to left is shown so, and turns nothing around it", async ({ relay, person }) => {
  const [noa, ben] = [await person(), await person()];
  await setUp(relay, noa.page, { ...ADA, name: "נועה" });
  await join(ben.page, await invite(noa.page), BEN);

  await composer(noa.page).fill(HEBREW);
  expect(await composer(noa.page).evaluate((field) => getComputedStyle(field).direction)).toBe("rtl");
  await composer(noa.page).press("Enter");
  await say(ben.page, "All is well");
  await sees(noa.page, "All is well");

  const hebrew = await placeOf(noa.page, HEBREW);
  expect(hebrew.direction).toBe("rtl");
  expect(hebrew.fromRight).toBeLessThan(hebrew.fromLeft);
  const english = await placeOf(noa.page, "All is well");
  expect(english.direction).toBe("ltr");
  expect(english.fromLeft).toBeLessThan(english.fromRight);

  // The time stays behind the name.
  const head = messages(noa.page).locator(".message-head").filter({ hasText: "נועה" });
  const [name, time] = [await head.getByText("נועה").boundingBox(), await head.locator("time").boundingBox()];
  expect(name && time && name.x + name.width <= time.x).toBe(true);

  // What stands inside of others has its own direction too.
  await say(noa.page, "- שלום\n  - עולם\n> ציטוט");
  const item = messages(ben.page).getByText("עולם", { exact: true });
  await expect(item).toHaveCSS("direction", "rtl");
  await expect(messages(ben.page).getByText("ציטוט", { exact: true })).toHaveCSS("direction", "rtl");
});

test("a channel with a Hebrew name does not turn the line it stands in", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await page.getByRole("button", { name: "Make a text channel" }).click();
  await page.getByLabel("Channel name").fill("כללי!");
  await page.getByRole("button", { name: "Make channel" }).click();
  const heading = page.getByRole("heading", { name: "כללי!", level: 1 });
  await expect(heading).toBeVisible();
  await expect(heading).toHaveCSS("direction", "ltr");
  const sign = await heading.locator("svg").boundingBox();
  const name = await heading.getByText("כללי!").boundingBox();
  expect(sign && name && sign.x < name.x).toBe(true);
  await expect(heading.getByText("כללי!")).toHaveCSS("unicode-bidi", "isolate");
  await expect(page.getByRole("heading", { name: /This is the beginning of/ })).toContainText("#\u2068כללי!\u2069");
});

test("formatting is shown, and nothing is ever read as HTML", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await say(page, "- [x] **bread**\n- [ ] ~~milk~~\n\n1. one\n2. two");
  const log = messages(page);
  await expect(log.getByRole("listitem").filter({ hasText: "Done: bread" })).toBeVisible();
  await expect(log.getByRole("strong").filter({ hasText: "bread" })).toBeVisible();
  await say(page, "| Day | Who |\n|---|---|\n| Monday | *Ada* |\n| Tuesday | Ben |");
  await expect(log.getByRole("columnheader", { name: "Day" })).toBeVisible();
  await expect(log.getByRole("cell", { name: "Tuesday" })).toBeVisible();
  await say(page, "> quoted\n> > twice\n\n```\nlet a = 1;\n```");
  await expect(log.locator("blockquote blockquote")).toHaveText("twice");
  await say(page, "<img src=x onerror=alert(1)><b>no</b>");
  await sees(page, "<img src=x onerror=alert(1)><b>no</b>");
  await expect(log.locator("img")).toHaveCount(0);
});

test("a link says where it leads", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await say(page, "[https://bank.example](https://evil.example/a) or [the bank](https://evil.example/b) and https://\u0430pple.com/ and https://a.example/\u202egro");
  const log = messages(page);
  // What looks like another address gives way to the true one.
  await expect(log.getByRole("link", { name: "https://evil.example/a" })).toHaveAttribute("href", "https://evil.example/a");
  await expect(log.getByText("https://bank.example", { exact: false })).toHaveCount(0);
  const named = log.getByRole("link", { name: "the bank" });
  await expect(named).toHaveAttribute("href", "https://evil.example/b");
  await expect(named).toHaveAttribute("title", "https://evil.example/b");
  await expect(named).toHaveAttribute("rel", "noopener noreferrer nofollow");
  await expect(log.getByText("(evil.example)")).toBeVisible();
  await expect(log.getByRole("link", { name: "https://xn--pple-43d.com/" })).toBeVisible();
  await expect(log.getByRole("link", { name: "https://a.example/", exact: true })).toBeVisible();
  for (const text of ["javascript:alert(1)", "https://bank.example@evil.example/", "[a](javascript:alert(1))"]) {
    await say(page, text);
    await sees(page, text);
  }
  await expect(log.getByRole("link")).toHaveCount(4);
});

test("the longest message of all is shown at once", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  for (const text of [`https://a${")".repeat(32_000)}`, "[".repeat(32_000), "*a **b ".repeat(4_500)]) {
    await composer(page).fill(text);
    await composer(page).press("Enter");
    await expect(messages(page).locator(".text").filter({ hasText: text.trim().slice(0, 40) }).last()).toBeVisible();
  }
});

test("a clock that is wrong by three days does not keep anybody out", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  const DAYS = 3 * 24 * 60 * 60 * 1000;
  for (const [who, shift] of [[ada, DAYS], [ben, -DAYS]] as const) {
    await who.context.addInitScript((shift) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + shift;
    }, shift);
  }
  await setUp(relay, ada.page);
  await join(ben.page, await invite(ada.page), BEN);
  await say(ben.page, "What day is it?");
  await sees(ada.page, "What day is it?");
  await say(ada.page, "Not yesterday.");
  await sees(ben.page, "Not yesterday.");
});
