// Direct calls: they ring on all devices, one takes it, and the conversation keeps what became of them. What is heard is
// measured in what the browser decoded.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { BEN, signIn, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const BEN_HERTZ = 660;
/** As good as the analysis of the pitch is. */
const CLOSE = 15;

async function hears(page: Page, hertz: number): Promise<void> {
  await expect
    .poll(async () => (await heard(page)).map((one) => Math.abs(one.hertz - hertz) < CLOSE && one.decibels > -60), {
      timeout: 30_000,
    })
    .toEqual([true]);
}

function log(page: Page, name: string): Locator {
  return page.getByRole("log", { name: `Messages in ${name}` });
}

/** The card of a call that rings. */
function card(page: Page, name: string): Locator {
  return page.getByRole("region", { name: `${name} is calling` });
}

/** Opens the conversation with somebody by way of the list of people. */
async function open(page: Page, name: string): Promise<void> {
  const people = page.getByRole("complementary", { name: "People" });
  await people.getByRole("listitem").filter({ hasText: name }).hover();
  await people.getByRole("button", { name: new RegExp(`^Message .*${name}`) }).click();
  await expect(page.getByRole("textbox", { name: `Message ${name}` })).toBeVisible();
}

/** Ada and Ben have written to one another, and both look at the conversation. */
async function talking(ada: Page, ben: Page): Promise<void> {
  await open(ada, "Ben");
  await ada.getByRole("textbox", { name: "Message Ben" }).fill("hello");
  await ada.keyboard.press("Enter");
  await ben.getByRole("button", { name: "Requests" }).click();
  const requests = ben.getByRole("dialog", { name: "Requests" });
  await requests.getByRole("button", { name: /^Accept .*Ada/ }).click();
  await requests.getByRole("button", { name: "Close" }).click();
  await open(ben, "Ada");
  await expect(log(ben, "Ada").getByText("hello")).toBeVisible();
}

async function call(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start a call" }).click();
}

test("a call rings on two devices, one takes it, both hear each other, and it is marked", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  const second = await person({ hertz: BEN_HERTZ });
  await signIn(second.page, BEN);

  await call(ada.page);
  for (const page of [ben.page, second.page]) {
    await expect(card(page, "Ada")).toBeVisible();
    await expect(page).toHaveTitle("Ada is calling");
  }
  await expect(ada.page.getByRole("group", { name: "Call" }).getByText("Ringing…")).toBeVisible();
  expect(await accessibilityFaults(ben.page)).toEqual([]);

  await card(second.page, "Ada").getByRole("button", { name: "Answer" }).click();
  await expect(card(ben.page, "Ada")).toHaveCount(0);
  await expect(ben.page).not.toHaveTitle("Ada is calling");
  await hears(ada.page, BEN_HERTZ);
  await hears(second.page, ADA_HERTZ);
  expect(await heard(ben.page)).toEqual([]);

  await second.page.getByRole("button", { name: "Leave call" }).click();
  await expect(ada.page.getByRole("group", { name: "Call" })).toHaveCount(0);
  await expect(log(ada.page, "Ben").getByText(/^You called: \d+ s/)).toBeVisible();
  await expect(log(ben.page, "Ada").getByText(/Ada.* called: \d+ s/)).toBeVisible();
});

test("a call is declined on one device for all", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  await call(ada.page);
  await card(ben.page, "Ada").getByRole("button", { name: "Decline" }).click();
  await expect(card(ben.page, "Ada")).toHaveCount(0);
  await expect(ada.page.getByRole("status").filter({ hasText: /Ben.* can't talk right now/ })).toBeVisible();
  await expect(ada.page.getByRole("group", { name: "Call" })).toHaveCount(0);
  await expect(log(ada.page, "Ben").getByText("You called, and it was declined")).toBeVisible();
  await expect(log(ben.page, "Ada").getByText(/^Declined call from/)).toBeVisible();
});

test("a missed call is counted, and marked in the conversation", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  const channels = ben.page.getByRole("navigation", { name: "Channels" });
  await channels.getByRole("button", { name: "general" }).click();
  await call(ada.page);
  await expect(card(ben.page, "Ada")).toBeVisible();
  await ada.page.getByRole("button", { name: "Leave call" }).click();
  await expect(card(ben.page, "Ada")).toHaveCount(0);
  const row = channels.locator(".channel.direct", { hasText: "Ada" });
  await expect(row.locator(".badge")).toHaveText(/^1/);
  await row.click();
  await expect(log(ben.page, "Ada").getByText(/^Missed call from/)).toBeVisible();
});

test("a missed call that was seen is not counted any more", async ({ relay, person }) => {
  const ada = await person();
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  const channels = ben.page.getByRole("navigation", { name: "Channels" });
  await channels.getByRole("button", { name: "general" }).click();
  await call(ada.page);
  await expect(card(ben.page, "Ada")).toBeVisible();
  await ada.page.getByRole("button", { name: "Leave call" }).click();
  const row = channels.locator(".channel.direct", { hasText: "Ada" });
  await expect(row.locator(".badge")).toHaveText(/^1/);
  await row.click();
  await expect(log(ben.page, "Ada").getByText(/^Missed call from/)).toBeVisible();
  await expect(row.locator(".badge")).toHaveCount(0);
});

test("who was declined calls again from the same page, and then it is taken", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  await call(ada.page);
  await card(ben.page, "Ada").getByRole("button", { name: "Decline" }).click();
  await expect(ada.page.getByRole("group", { name: "Call" })).toHaveCount(0);
  await call(ada.page);
  await card(ben.page, "Ada").getByRole("button", { name: "Answer" }).click();
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);
});

test("both call at once and meet", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  await Promise.all([call(ada.page), call(ben.page)]);
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);
  await ada.page.getByRole("button", { name: "Leave call" }).click();
  await expect(ben.page.getByRole("group", { name: "Call" })).toHaveCount(0);
  for (const page of [ada.page, ben.page]) {
    await expect(page.getByText(/called: \d+ s/)).toHaveCount(1);
  }
});

test("whoever is not to be disturbed is not called", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await talking(ada.page, ben.page);
  await ben.page.getByRole("button", { name: "Your status" }).click();
  await ben.page.getByRole("radio", { name: "Do not disturb" }).check();
  await ben.page.keyboard.press("Escape");
  await call(ada.page);
  await expect(ada.page.getByRole("group", { name: "Call" }).getByText("Calling…")).toBeVisible();
  await ada.page.getByRole("button", { name: "Leave call" }).click();
  await expect(log(ben.page, "Ada").getByText(/^Missed call from/)).toBeVisible();
  await expect(card(ben.page, "Ada")).toHaveCount(0);
});
