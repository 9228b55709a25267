// A thread's field can do everything that a channel's can: files, voice messages, answers, edits, polls, and what was
// begun is still there later.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { composer, messages, say, sees, twoMembers } from "./support/acts.ts";
import { choose, line } from "./support/lines.ts";
import { expect, test } from "./support/test.ts";

const thread = (page: Page): Locator => page.getByRole("dialog", { name: "Thread", exact: true });
const field = (page: Page): Locator => thread(page).getByRole("textbox", { name: "Message in this thread" });
const tray = (page: Page): Locator => thread(page).getByRole("list", { name: "Files to send" });
const article = (page: Page, text: string): Locator => thread(page).getByRole("article").filter({ hasText: text });

async function carried(page: Page, name: string): Promise<string> {
  return page.evaluate(async (name) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["the sails are mended"], name, { type: "text/plain" }));
    const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
    document.activeElement!.dispatchEvent(event);
    return document.activeElement!.id;
  }, name);
}

test("files, answers, edits and polls go into a thread", async ({ relay, person, secrets }) => {
  secrets.push("which mast", "sails.txt", "the tall one");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "the regatta");
  await sees(ben.page, "the regatta");
  await choose(ben.page, "the regatta", "Start a thread");

  // Chosen and pasted, with a text.
  const chooser = ben.page.waitForEvent("filechooser");
  await thread(ben.page).getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles([{ name: "masts.txt", mimeType: "text/plain", buffer: Buffer.from("two masts") }]);
  await expect(tray(ben.page).getByRole("listitem")).toHaveCount(1);
  await field(ben.page).focus();
  expect(await carried(ben.page, "sails.txt")).toBe("thread-composer");
  await expect(tray(ben.page).getByRole("listitem")).toHaveCount(2);
  await expect(tray(ben.page).getByText("Getting it ready…")).toHaveCount(0);
  await tray(ben.page).getByRole("button", { name: "Remove masts.txt" }).click();
  await expect(field(ben.page)).toBeFocused();
  expect(await accessibilityFaults(ben.page)).toEqual([]);
  await field(ben.page).fill("which mast :tada:");
  await field(ben.page).press("Enter");
  await expect(tray(ben.page)).toHaveCount(0);
  await expect(article(ben.page, "which mast 🎉").getByRole("group", { name: "sails.txt" })).toBeVisible();
  // The channel below has nothing of it.
  await expect(messages(ben.page).getByRole("group", { name: "sails.txt" })).toHaveCount(0);

  await line(ada.page, "the regatta").getByRole("button", { name: /1 message in the thread/ }).click();
  await expect(article(ada.page, "which mast 🎉").getByRole("group", { name: "sails.txt" })).toBeVisible();
  // An answer within the thread, and an edit by the keyboard.
  await article(ada.page, "which mast").hover();
  await article(ada.page, "which mast").getByRole("button", { name: "Reply", exact: true }).click();
  await expect(thread(ada.page).getByText("Reply to")).toBeVisible();
  await expect(field(ada.page)).toBeFocused();
  await field(ada.page).fill("the small one");
  await field(ada.page).press("Enter");
  await expect(article(ada.page, "the small one")).toContainText("which mast");
  await field(ada.page).press("ArrowUp");
  await expect(field(ada.page)).toHaveValue("the small one");
  await field(ada.page).fill("the tall one");
  await field(ada.page).press("Enter");
  await expect(article(ben.page, "the tall one")).toBeVisible();
  await expect(composer(ada.page)).toHaveValue("");

  // A poll, and back to the thread.
  await thread(ada.page).getByRole("button", { name: "New poll" }).click();
  const poll = ada.page.getByRole("dialog", { name: "New poll" });
  await poll.getByLabel("Question").fill("Who steers?");
  await poll.getByLabel("Option 1").fill("Ada");
  await poll.getByLabel("Option 2").fill("Ben");
  await poll.getByRole("button", { name: "Ask" }).click();
  await expect(article(ada.page, "Who steers?")).toBeVisible();
  await expect(article(ben.page, "Who steers?")).toBeVisible();
  await expect(line(ada.page, "Who steers?")).toHaveCount(0);

  // What was begun is there when one comes back, and not in the channel.
  await field(ada.page).fill("to be continued");
  await ada.page.keyboard.press("Escape");
  await expect(thread(ada.page)).toHaveCount(0);
  await expect(composer(ada.page)).toHaveValue("");
  await line(ada.page, "the regatta").getByRole("button", { name: /3 messages in the thread/ }).click();
  await expect(field(ada.page)).toHaveValue("to be continued");
});

test("a voice message goes into a thread, and is taken back with its words nowhere else", async ({ relay, person }) => {
  const [ada, ben] = [await person({ hertz: 440 }), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "can you hear me?");
  await sees(ben.page, "can you hear me?");
  await choose(ada.page, "can you hear me?", "Start a thread");
  await thread(ada.page).getByRole("button", { name: "Record a voice message" }).press("Enter");
  const recording = thread(ada.page).getByRole("group", { name: "Voice message", exact: true });
  await expect(recording.getByRole("timer")).toHaveText(/^0:0[2-9]$/);
  await recording.getByRole("button", { name: "Send the recording" }).click();
  await line(ben.page, "can you hear me?").getByRole("button", { name: /1 message in the thread/ }).click();
  const voice = thread(ben.page).getByRole("group", { name: /^Voice message, 0:0[2-9]$/ });
  await voice.getByRole("button", { name: "Play" }).click();
  await expect.poll(() => voice.getByRole("slider", { name: "Position" }).evaluate((it: HTMLInputElement) => Number(it.value))).toBeGreaterThan(0.3);
  await thread(ada.page).getByRole("button", { name: "Record a voice message" }).press("Enter");
  await expect(recording.getByRole("timer")).toHaveText(/^0:0[1-9]$/);
  await recording.getByRole("button", { name: "Discard the recording" }).click();
  await expect(field(ada.page)).toBeFocused();
  await expect(messages(ben.page).getByRole("group", { name: /^Voice message/ })).toHaveCount(0);
});
