// How it looks and is reached: wide and narrow, dark and light, by keyboard and by tools for people with a disability.
import { ADA, BEN, composer, invite, join, say, sees, setUp } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { expect, test } from "./support/test.ts";

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

for (const colorScheme of ["dark", "light"] as const) {
  for (const [size, viewport] of [["wide", WIDE], ["phone", PHONE]] as const) {
    test(`no faults for assistive tools, ${colorScheme}, ${size}`, async ({ relay, person }) => {
      const { page } = await person({ colorScheme, viewport });
      await page.goto(await relay.setupLink());
      await expect(page.getByLabel("Community name")).toBeVisible();
      expect(await accessibilityFaults(page)).toEqual([]);
      await setUp(relay, page);
      await say(page, "Hello, **everybody**");
      await expect(page.getByRole("log")).toContainText("everybody");
      expect(await accessibilityFaults(page)).toEqual([]);
      const across = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
      expect(across, "nothing sticks out sideways").toBe(true);
    });
  }
}

test("everything that one does all day works by keyboard", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox", { name: "Channel or person" });
  await expect(box).toBeFocused();
  await box.fill("gen");
  await page.keyboard.press("Enter");
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type("Typed");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("on two lines");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toContainText("on two lines");
  await page.keyboard.press("Control+Shift+M");
  await expect(page.getByRole("button", { name: "Unmute microphone" })).toBeVisible();
});

test("on a phone, channels and people are drawers", async ({ relay, person }) => {
  const ada = await person({ viewport: PHONE });
  await setUp(relay, ada.page, ADA);
  await ada.page.getByRole("navigation", { name: "Go to" }).getByRole("button", { name: "People" }).click();
  await expect(ada.page.getByRole("complementary", { name: "People" })).toContainText(ADA.name);
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("navigation", { name: "Go to" }).getByRole("button", { name: "Channels" }).click();
  await expect(ada.page.getByRole("button", { name: "Join Lounge" })).toBeVisible();
});

test("somebody who is writing is seen to be", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await join(ben.page, await invite(ada.page), BEN);
  await composer(ben.page).pressSequentially("Let me th");
  await expect(ada.page.getByText("Ben is writing…")).toBeVisible();
  await composer(ben.page).press("Enter");
  await sees(ada.page, "Let me th");
});

test("on a phone, the navigation stays while one writes, and gives its room to a keyboard only", async ({ relay, person }) => {
  const { page } = await person({ viewport: PHONE, touch: true });
  await setUp(relay, page);
  const bar = page.getByRole("navigation", { name: "Go to" });
  await composer(page).tap();
  await expect(composer(page)).toBeFocused();
  await expect(bar, "without a keyboard on the screen").toBeVisible();

  await page.setViewportSize({ width: PHONE.width, height: PHONE.height - 320 });
  await expect(bar, "while a keyboard covers the page").toBeHidden();
  const channels = page.getByRole("main").getByRole("button", { name: "Show channels" });
  await expect(channels, "a way on in the header").toBeVisible();
  await channels.tap();
  await expect(page.getByRole("button", { name: "Join Lounge" })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.setViewportSize(PHONE);
  await expect(bar, "when the keyboard was put away").toBeVisible();
  await bar.getByRole("button", { name: "Channels" }).tap();
  await expect(page.getByRole("button", { name: "Join Lounge" })).toBeVisible();
});
