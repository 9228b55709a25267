// How people are here, what they say of themselves, what they keep to themselves, and what they are called.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { BEN, composer, messages, openSettings, say, sees, signIn, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

const QUIET_MS = 10 * 60 * 1_000 + 5_000;

/** Lets the long waits of a page be short, and its clock be put forward. */
async function hasten(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const [wait, now] = [window.setTimeout.bind(window), Date.now.bind(Date)];
    const skipped = { milliseconds: 0 };
    Object.assign(window, { skipped });
    Date.now = () => now() + skipped.milliseconds;
    const isLong = (delay?: number) => delay !== undefined && delay > 5 * 60_000 && delay <= 10 * 60_000;
    window.setTimeout = ((act: () => void, delay?: number) => wait(act, isLong(delay) ? 500 : delay)) as typeof setTimeout;
  });
}

async function skip(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate((more) => {
    (window as unknown as { skipped: { milliseconds: number } }).skipped.milliseconds += more;
  }, milliseconds);
}

/** A row in the list of people. */
function row(page: Page, name: string): Locator {
  return page.getByRole("complementary", { name: "People" }).getByRole("listitem").filter({ hasText: name });
}

async function openStatus(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Your status" }).click();
  return page.getByRole("dialog", { name: "Your status" });
}

async function choose(page: Page, state: string): Promise<void> {
  const dialog = await openStatus(page);
  await dialog.getByRole("radio", { name: state }).check();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
}

test("others see how somebody is here", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await expect(row(ada.page, "Ben")).toContainText("Here");

  await choose(ben.page, "Do not disturb");
  await expect(row(ada.page, "Ben")).toContainText("Do not disturb");
  await expect(ben.page.getByRole("button", { name: "Your status: Do not disturb" })).toBeVisible();
  await ben.page.reload();
  await expect(ben.page.getByRole("button", { name: "Your status: Do not disturb" })).toBeVisible();
  await expect(row(ada.page, "Ben")).toContainText("Do not disturb");

  await choose(ben.page, "Away");
  await expect(row(ada.page, "Ben")).toContainText("Away");
  await choose(ben.page, "Online");
  await expect(row(ada.page, "Ben")).toContainText("Here");
});

test("who does nothing for a while is away, and back at the first key", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await hasten(ben.page);
  await twoMembers(relay, ada.page, ben.page);
  await skip(ben.page, QUIET_MS);
  await expect(row(ada.page, "Ben")).toContainText("Away");
  await ben.page.keyboard.press("Shift");
  await expect(row(ada.page, "Ben")).toContainText("Here");

  const settings = await openSettings(ben.page, "Privacy");
  await settings.getByRole("checkbox", { name: "Go away by itself" }).uncheck();
  await ben.page.keyboard.press("Escape");
  await skip(ben.page, QUIET_MS);
  await say(ada.page, "Still there?");
  await sees(ben.page, "Still there?");
  await expect(row(ada.page, "Ben")).toContainText("Here");
});

test("a status is seen by others, stays, and goes when it is cleared", async ({ relay, person, secrets }) => {
  const [ada, ben] = [await person(), await person()];
  secrets.push("out in the garden", "back on Monday");
  await twoMembers(relay, ada.page, ben.page);
  const dialog = await openStatus(ben.page);
  await dialog.getByRole("button", { name: "Choose an emoji" }).click();
  await ben.page.getByRole("dialog", { name: "Emoji" }).getByRole("searchbox").fill("seedling");
  await ben.page.getByRole("dialog", { name: "Emoji" }).getByRole("button", { name: "seedling" }).first().click();
  await dialog.getByLabel("What you are up to").fill("out in the garden");
  await dialog.getByLabel("Goes away").selectOption("In 1 hour");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row(ada.page, "Ben")).toContainText("🌱");
  await expect(row(ada.page, "Ben")).toContainText("out in the garden");
  await expect(ben.page.getByRole("button", { name: "Your status" })).toContainText("out in the garden");
  await expect(messages(ada.page).getByText("out in the garden")).toHaveCount(0);

  await ada.page.reload();
  await ben.page.reload();
  await expect(row(ada.page, "Ben")).toContainText("out in the garden");
  await expect(row(ben.page, "Ben")).toContainText("out in the garden");

  await composer(ben.page).fill("/status 🌴 back on Monday");
  await composer(ben.page).press("Enter");
  await expect(row(ada.page, "Ben")).toContainText("back on Monday");
  await expect(row(ada.page, "Ben")).toContainText("🌴");
  await (await openStatus(ben.page)).getByRole("button", { name: "Clear it" }).click();
  await expect(row(ada.page, "Ben")).not.toContainText("back on Monday");
  await ada.page.reload();
  await expect(row(ada.page, "Ben")).toContainText("Here");
  await expect(row(ada.page, "Ben")).not.toContainText("back on Monday");
});

test("who hides is not here for others, and is not seen typing", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const settings = await openSettings(ben.page, "Privacy");
  await settings.getByRole("checkbox", { name: "Show whether I am here" }).uncheck();
  await ben.page.keyboard.press("Escape");
  await expect(row(ada.page, "Ben")).toContainText("Not here");
  await expect(ben.page.getByRole("button", { name: "Your status: Hidden" })).toBeVisible();
  await ben.page.reload();
  await composer(ben.page).pressSequentially("Nobody sees m");
  await expect(ada.page.getByText("Ben is writing…")).toHaveCount(0);
  await composer(ben.page).press("Enter");
  await sees(ada.page, "Nobody sees m");
  await expect(row(ada.page, "Ben")).toContainText("Not here");
});

test("typing need not be shown", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await composer(ben.page).pressSequentially("Ah");
  await expect(ada.page.getByText("Ben is writing…")).toBeVisible();
  await composer(ben.page).press("Enter");
  const settings = await openSettings(ben.page, "Privacy");
  await settings.getByRole("checkbox", { name: "Show when I am typing" }).uncheck();
  await ben.page.keyboard.press("Escape");
  await composer(ben.page).pressSequentially("Quietly");
  await say(ada.page, "Here I am");
  await sees(ben.page, "Here I am");
  await expect(ada.page.getByText("Ben is writing…")).toHaveCount(0);
  await expect(row(ada.page, "Ben")).toContainText("Here");
});

test("a member is called what they like, but not what somebody else is", async ({ relay, person }) => {
  const [ada, ben, again] = [await person(), await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "Who am I?");
  await sees(ada.page, "Who am I?");
  for (const taken of ["Ada", "ADA"]) {
    await composer(ben.page).fill(`/nick ${taken}`);
    await composer(ben.page).press("Enter");
    await expect(ben.page.getByText("Somebody here has that name, or one that looks like it.")).toBeVisible();
  }
  await composer(ben.page).fill("/nick Benjamin B");
  await composer(ben.page).press("Enter");
  await expect(row(ada.page, "Benjamin B")).toBeVisible();
  await expect(messages(ada.page).getByText("Benjamin B", { exact: true }).first()).toBeVisible();
  await expect(messages(ada.page)).toContainText("is called");

  // The name to sign in with stays.
  await signIn(again.page, BEN);
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
  await expect(row(again.page, "Benjamin B")).toContainText("you");
  const settings = await openSettings(ben.page, "Account");
  await expect(settings.getByText("You go on signing in as Ben.")).toBeVisible();
  await settings.getByRole("button", { name: "Take your own name again" }).click();
  await expect(row(ada.page, "Benjamin B")).toHaveCount(0);
  await expect(row(ada.page, "Ben")).toBeVisible();
});

for (const colorScheme of ["dark", "light"] as const) {
  for (const [size, viewport] of [["wide", { width: 1280, height: 800 }], ["phone", { width: 390, height: 844 }]] as const) {
    test(`presence and status have no faults, ${colorScheme}, ${size}`, async ({ relay, person }, info) => {
      const [ada, ben] = [await person({ colorScheme }), await person()];
      await twoMembers(relay, ada.page, ben.page);
      await ada.page.setViewportSize(viewport);
      await choose(ben.page, "Do not disturb");
      await composer(ben.page).fill("/status 🎸 at rehearsal until nine");
      await composer(ben.page).press("Enter");
      const isPhone = size === "phone";
      const goTo = ada.page.getByRole("navigation", { name: "Go to" });
      if (isPhone) await goTo.getByRole("button", { name: "People" }).click();
      await expect(row(ada.page, "Ben")).toContainText("at rehearsal");
      expect(await accessibilityFaults(ada.page)).toEqual([]);
      await info.attach("people", { body: await ada.page.screenshot({ path: info.outputPath("people.png") }), contentType: "image/png" });
      if (isPhone) {
        await ada.page.keyboard.press("Escape");
        await goTo.getByRole("button", { name: "Channels" }).click();
      }
      const dialog = await openStatus(ada.page);
      await expect(dialog.getByRole("radio", { name: "Online" })).toBeChecked();
      expect(await accessibilityFaults(ada.page)).toEqual([]);
      await info.attach("dialog", { body: await ada.page.screenshot({ path: info.outputPath("dialog.png") }), contentType: "image/png" });
      const across = await dialog.evaluate((element) => element.scrollWidth <= element.clientWidth);
      expect(across, "nothing sticks out sideways").toBe(true);
    });
  }
}
