// Guests: a link and a name, the call and nothing else, and gone when the time is over.
import type { Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { inLounge, joinVoice, say, setUp } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const GIL_HERTZ = 660;
/** As good as the analysis of the pitch is. */
const CLOSE = 15;

async function hears(page: Page, hertz: number): Promise<void> {
  await expect
    .poll(async () => (await heard(page)).map((one) => Math.abs(one.hertz - hertz) < CLOSE && one.decibels > -60), {
      timeout: 30_000,
    })
    .toEqual([true]);
}

/** Makes a link for guests. */
async function guestLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  await dialog.getByRole("button", { name: "Make guest link" }).click();
  const field = dialog.getByLabel("Guest link", { exact: true });
  await expect(field).toHaveValue(/\/guest#/);
  const link = await field.inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();
  return link;
}

test("a guest comes by a name, is heard, reads nothing, and is gone when the link is taken back", async ({
  relay,
  person,
}) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const gil = await person({ hertz: GIL_HERTZ });
  await setUp(relay, ada.page);
  await say(ada.page, "for members only");
  const link = await guestLink(ada.page);
  await joinVoice(ada.page);

  await gil.page.goto(link);
  await expect(gil.page.getByRole("heading", { name: /Come into .*Lounge/ })).toBeVisible();
  expect(await accessibilityFaults(gil.page)).toEqual([]);
  await gil.page.getByLabel("Your name").fill("Ada");
  await gil.page.getByRole("button", { name: "Join the call" }).click();
  await expect(gil.page.getByText("Somebody here has that name already.")).toBeVisible();
  await gil.page.getByLabel("Your name").fill("Gil");
  await gil.page.getByRole("button", { name: "Join the call" }).click();

  await expect(inLounge(ada.page)).toContainText("Gil · guest");
  await hears(ada.page, GIL_HERTZ);
  await hears(gil.page, ADA_HERTZ);
  const people = gil.page.getByRole("list", { name: "In the call" });
  await expect(people).toContainText("Ada");
  expect(await accessibilityFaults(gil.page)).toEqual([]);
  await expect(gil.page.getByText("for members only")).toHaveCount(0);
  await expect(gil.page.getByRole("navigation")).toHaveCount(0);
  const members = ada.page.getByRole("complementary", { name: "People" });
  await expect(members.getByText("Gil")).toHaveCount(0);

  // The link was for one.
  const late = await person();
  await late.page.goto(link);
  await expect(late.page.getByRole("heading", { name: "This invite was used already" })).toBeVisible();

  await gil.page.getByRole("button", { name: "Leave call" }).click();
  await expect(inLounge(ada.page)).not.toContainText("Gil");
  await gil.page.getByRole("button", { name: "Come back in" }).click();
  await hears(ada.page, GIL_HERTZ);
});

test("when the time is over the guest is gone, and the page says so", async ({ relay, person }) => {
  test.slow();
  const ada = await person({ hertz: ADA_HERTZ });
  const gil = await person({ hertz: GIL_HERTZ });
  await setUp(relay, ada.page);
  await joinVoice(ada.page);
  // By a clock that was behind when the link was made, an hour is little more than a minute.
  await ada.page.evaluate(() => {
    const now = Date.now;
    const behind = 3_600_000 - 75_000;
    Date.now = () => now() - behind;
    Object.assign(globalThis, { setRight: () => void (Date.now = now) });
  });
  const link = await guestLink(ada.page);
  await ada.page.evaluate(() => (globalThis as unknown as { setRight: () => void }).setRight());

  await gil.page.goto(link);
  await gil.page.getByLabel("Your name").fill("Gil");
  await gil.page.getByRole("button", { name: "Join the call" }).click();
  await hears(ada.page, GIL_HERTZ);
  await expect(gil.page.getByRole("heading", { name: "The call is over" })).toBeVisible({ timeout: 90_000 });
  await expect(inLounge(ada.page)).not.toContainText("Gil");
  await expect.poll(() => heard(ada.page)).toEqual([]);

  await gil.page.goto(link);
  await expect(gil.page.getByRole("heading", { name: "Come into" })).toHaveCount(0);
  await expect(gil.page.getByRole("heading", { name: "This invite was used already" })).toBeVisible();
});
