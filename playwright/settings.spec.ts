// The settings: pages with room, on a wide screen and on a phone, dark and light, by keyboard and for assistive tools.
import { accessibilityFaults } from "./support/accessible.ts";
import { openSettings, setUp } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const PAGES = ["Appearance", "Privacy", "Voice", "Account", "Security", "Devices", "Encryption health"];

for (const colorScheme of ["dark", "light"] as const) {
  for (const [size, viewport] of [["wide", WIDE], ["phone", PHONE]] as const) {
    test(`every page can be reached and has no faults, ${colorScheme}, ${size}`, async ({ relay, person }) => {
      const { page } = await person({ colorScheme, viewport });
      await setUp(relay, page);
      for (const name of PAGES) {
        const settings = await openSettings(page, name);
        await expect(settings.getByText(/^(Asking|Loading)/)).toHaveCount(0);
        expect(await accessibilityFaults(page), name).toEqual([]);
        const across = await settings.evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth);
        expect(across, `${name}: nothing sticks out sideways`).toBe(true);
        await page.keyboard.press("Escape");
      }
    });
  }
}

test("on a phone one sees the list first, then a page with a way back", async ({ relay, person }) => {
  const { page } = await person({ viewport: PHONE });
  await setUp(relay, page);
  await page.getByRole("navigation", { name: "Go to" }).getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("dialog", { name: "Settings" });
  await expect(settings.getByRole("button", { name: /^Security/ })).toBeVisible();
  await expect(settings.getByRole("heading", { name: "Appearance" })).toBeHidden();
  await settings.getByRole("button", { name: /^Security/ }).click();
  await expect(settings.getByRole("heading", { name: "Security", exact: true })).toBeFocused();
  await expect(settings.getByRole("button", { name: "Devices", exact: true })).toBeHidden();
  await settings.getByRole("button", { name: "All settings" }).click();
  await expect(settings.getByRole("button", { name: "Devices", exact: true })).toBeVisible();
});
