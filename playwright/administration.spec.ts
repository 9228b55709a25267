// The administration: the owner sees how the relay is and who is on it; nobody else is offered it, or told anything.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { invite, join, sees, setUp, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** Opens the administration by way of the settings. */
async function openAdministration(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Settings" }).first().click();
  const settings = page.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("button", { name: "Administration" }).click();
  return page.getByRole("dialog", { name: "Administration" });
}

/** Chooses one of its pages. */
async function turnTo(administration: Locator, name: string): Promise<void> {
  await administration.getByRole("navigation").getByRole("button", { name }).click();
  await expect(administration.getByRole("heading", { name, level: 3, exact: true })).toBeVisible();
}

test("the owner sees who is here, signs a member's browser out, and reads who did what", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const administration = await openAdministration(ada.page);

  // The overview says how the relay is, and this browser finds out whether calls get through.
  await expect(administration.getByText("The database answers.")).toBeVisible();
  const here = administration.getByRole("list", { name: "As this browser sees it" });
  await expect(here.getByText("Calls through the relay by TURN over UDP works.")).toBeVisible({ timeout: 20_000 });
  await expect(here.getByText("Calls through the relay by TURN over TCP works.")).toBeVisible();
  await expect(here.getByText(/says nothing about the world outside/)).toBeVisible();
  expect(await accessibilityFaults(ada.page)).toEqual([]);

  await turnTo(administration, "Members");
  const members = administration.getByRole("list", { name: "Members" }).getByRole("listitem");
  await expect(members).toHaveCount(2);
  await expect(members.filter({ hasText: "Ada" })).toContainText("Owner");
  await administration.getByLabel("Find by name").fill("be");
  await expect(members).toHaveCount(1);
  await expect(members).toContainText("1 device, 1 sign-in");
  await expect(members.getByRole("button", { name: "Remove Ben" })).toBeVisible();
  await administration.getByLabel("Find by name").fill("nobody like that");
  await expect(administration.getByText("Nobody by that name.")).toBeVisible();

  await turnTo(administration, "Invites");
  await expect(administration.getByRole("button", { name: /^Take back the invite by Ada/ })).toBeVisible();

  await turnTo(administration, "Connections and calls");
  await expect(administration.getByText("Devices connected").locator("xpath=following-sibling::dd[1]")).toHaveText("2");
  await expect(administration.getByText("Nobody is in a call that you may see.")).toBeVisible();

  await turnTo(administration, "Sign-ins");
  const signIns = administration.getByRole("list", { name: "Sign-ins" }).getByRole("listitem");
  await expect(signIns).toHaveCount(2);
  const bens = signIns.filter({ hasText: "Ben" });
  await expect(signIns.filter({ hasText: "This one" }).getByRole("button")).toHaveCount(0);
  await bens.getByRole("button", { name: /^Sign out Ben/ }).click();
  await bens.getByRole("button", { name: "Keep it" }).click();
  await bens.getByRole("button", { name: /^Sign out Ben/ }).click();
  await bens.getByRole("button", { name: "Yes, end it" }).click();
  await expect(ada.page.getByText(/^Ben: .* was signed out$/)).toBeVisible();
  await expect(signIns).toHaveCount(1);
  await expect(ben.page.getByLabel("Password", { exact: true })).toBeVisible({ timeout: 20_000 });

  await turnTo(administration, "Audit");
  const deeds = administration.getByRole("list", { name: "What happened, newest first" }).getByRole("listitem");
  await expect(deeds.filter({ hasText: "Ben joined by an invite of Ada" })).toBeVisible();
  await expect(deeds.last()).toContainText("Ada founded");
  await administration.getByLabel("About").selectOption("channels");
  await expect(deeds.first()).toContainText("channel");
  await expect(deeds.filter({ hasText: "joined" })).toHaveCount(0);
  await administration.getByLabel("About").selectOption("");
  await administration.getByLabel("Find").fill("founded");
  await expect(deeds).toHaveCount(1);
});

test("a member is neither offered the administration nor told anything by the relay", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  await ada.page.keyboard.press("Escape");
  let token = "";
  ben.page.on("request", (request) => {
    token = request.headers().authorization ?? token;
  });
  await join(ben.page, link);
  await ben.page.getByRole("button", { name: "Settings" }).first().click();
  const settings = ben.page.getByRole("dialog", { name: "Settings" });
  await expect(settings.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(settings.getByRole("button", { name: "Administration" })).toHaveCount(0);
  // A look at one's devices takes the token.
  await settings.getByRole("button", { name: "Devices" }).click();
  await expect.poll(() => token).toMatch(/^Bearer /);
  for (const path of ["health", "members", "sessions", "storage", "connections", "findings", "invites", "witness"]) {
    const answer = await ben.page.request.get(`${relay.url}/admin/${path}`, { headers: { authorization: token } });
    expect(answer.status(), path).toBe(403);
  }
});

for (const colorScheme of ["dark", "light"] as const) {
  test(`on a phone, storage is told after a file, ${colorScheme}`, async ({ relay, person }) => {
    const { page } = await person({ colorScheme, viewport: { width: 390, height: 844 } });
    await setUp(relay, page);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach files" }).click();
    const buffer = Buffer.alloc(400_000, 7);
    await (await chooser).setFiles([{ name: "tides.bin", mimeType: "application/octet-stream", buffer }]);
    const tray = page.getByRole("list", { name: "Files to send" });
    await expect(tray.getByRole("listitem")).toHaveCount(1);
    await expect(tray.getByText("Getting it ready…")).toHaveCount(0);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await sees(page, "tides.bin");

    // By keyboard: the list first, then the page, and back.
    const administration = await openAdministration(page);
    const pages = administration.getByRole("navigation");
    await expect(pages.getByRole("button", { name: "Overview" })).toBeVisible();
    await pages.getByRole("button", { name: "Storage" }).focus();
    await page.keyboard.press("Enter");
    const most = administration.getByRole("list", { name: "Whose files take most" }).getByRole("listitem");
    await expect(most).toContainText("Ada");
    await expect(most).toContainText(/4\d\d KB/);
    await expect(administration.getByText(/of 54 GB that all files together may take/)).toBeVisible();
    const across = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    expect(across, "nothing sticks out sideways").toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await administration.getByRole("button", { name: "All pages" }).click();
    await expect(pages.getByRole("button", { name: "Overview" })).toBeVisible();
    await pages.getByRole("button", { name: "Overview" }).click();
    await expect(administration.getByText("The database answers.")).toBeVisible();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(administration).toHaveCount(0);
  });
}

test("a relay that is away is said to be, and asked again", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  const administration = await openAdministration(page);
  await expect(administration.getByText("The database answers.")).toBeVisible();
  await relay.kill();
  await turnTo(administration, "Storage");
  await expect(administration.getByText("The relay can't be reached right now.")).toBeVisible();
  await relay.start();
  await administration.getByRole("button", { name: "Try again" }).click();
  await expect(administration.getByText("Nobody has sent a file yet.")).toBeVisible();
});
