// What one sees where nothing is yet: each list has its words, and nothing pretends to be loading.
import type { Page } from "@playwright/test";
import { composer, inLounge, invite, join, joinVoice, messages, say, sees, setUp } from "./support/acts.ts";
import { expectRest } from "./support/rest.ts";
import { expect, test } from "./support/test.ts";

/** The beginning of a channel in which nobody wrote: words, and no grey lines. */
async function beginsEmpty(page: Page, channel = "general"): Promise<void> {
  const list = messages(page, channel);
  await expect(list.getByRole("heading", { name: `This is the beginning of #${channel}` })).toBeVisible();
  await expect(list.getByText("Nobody has written here yet. Say hello below.")).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading messages" })).toHaveCount(0);
  await expect(list).toHaveAttribute("aria-busy", "false");
}

test("a new channel shows its beginning: after founding, after a reload, and for the second member", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await beginsEmpty(ada.page);
  await expect(messages(ada.page).getByRole("button", { name: "Invite somebody" })).toBeVisible();
  await expectRest(ada.page, "after founding");
  await ada.page.reload();
  await beginsEmpty(ada.page);
  await expectRest(ada.page, "after a reload");

  await join(ben.page, await invite(ada.page));
  await beginsEmpty(ben.page);
  await ben.page.reload();
  await beginsEmpty(ben.page);
  await expect(messages(ada.page).getByRole("button", { name: "Invite somebody" })).toHaveCount(0);
  await say(ben.page, "Hello!");
  await sees(ada.page, "Hello!");
  await expect(messages(ada.page).getByText("Nobody has written here yet.")).toHaveCount(0);
});

test("a channel made while somebody is there shows its beginning to both", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await join(ben.page, await invite(ada.page));
  await ada.page.getByRole("button", { name: "Make a text channel" }).click();
  const dialog = ada.page.getByRole("dialog");
  await dialog.getByLabel("Channel name").fill("harbour");
  await dialog.getByRole("button", { name: "Make channel" }).click();
  await beginsEmpty(ada.page, "harbour");
  await ben.page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: "harbour" }).click();
  await beginsEmpty(ben.page, "harbour");
});

test("every other list says that it is empty", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);

  await expect(page.getByRole("complementary", { name: "People" }).getByRole("heading", { name: "Here – 1" })).toBeVisible();
  await expect(inLounge(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Join Lounge" })).toBeVisible();

  await page.getByRole("button", { name: "Invite people" }).click();
  await expect(page.getByRole("dialog").getByText("None right now.")).toBeVisible();
  await expectRest(page, "invites");
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Channel or person" }).fill("zzzz");
  await expect(page.getByText("Nothing fits. Try fewer letters.")).toBeVisible();
  await expectRest(page, "the switcher without results");
  await page.keyboard.press("Escape");

  await joinVoice(page);
  // The browser's own test microphone beeps, and whoever speaks has a ring.
  await page.getByRole("button", { name: "Mute microphone" }).first().click();
  await expect(page.getByRole("button", { name: "Unmute microphone" }).first()).toBeVisible();
  await expectRest(page, "alone in a call, muted");
  await page.getByRole("button", { name: /Open the call in/ }).click();
  await expect(page.getByRole("region", { name: /^Call in/ })).toBeVisible();
});

for (const [size, viewport] of [["wide", { width: 1280, height: 800 }], ["phone", { width: 390, height: 844 }]] as const) {
  test(`nothing moves on a page at rest, ${size}`, async ({ relay, person }) => {
    const { page } = await person({ viewport });
    await page.goto(await relay.setupLink());
    await expect(page.getByLabel("Community name")).toBeVisible();
    await expectRest(page, "the set-up form");
    await setUp(relay, page);
    await say(page, "At rest");
    await sees(page, "At rest");
    await expectRest(page, "the conversation");
    await composer(page).fill("A draft");
    await expectRest(page, "while something is typed");
    for (const [what, key] of [["settings", "Control+,"], ["the switcher", "Control+k"]] as const) {
      await page.keyboard.press(key);
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectRest(page, what);
      await page.keyboard.press("Escape");
    }
    await relay.kill();
    await expect(page.getByText(/The relay can't be reached/)).toBeVisible();
    await expectRest(page, "without the relay");
    await page.reload().catch(() => undefined);
  });
}
