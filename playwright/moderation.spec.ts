// Calls that somebody looks after: muted, moved, put out, a limit, a stage; and a call that goes on on another device.
// What is heard is measured where it leaves the page.
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { BEN, composer, inLounge, invite, join, joinVoice, signIn, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { listenToPlayback, neverMute, played } from "./support/played.ts";
import { type Person, type PersonOptions, expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const BEN_HERTZ = 660;
const CLEO_HERTZ = 880;
const PHONE = { width: 390, height: 844 };

type NewPerson = (options?: PersonOptions) => Promise<Person>;

/** Somebody whose loudspeakers the story hears. */
async function somebody(person: NewPerson, options: PersonOptions): Promise<Page> {
  const made = await person(options);
  await listenToPlayback(made.context);
  return made.page;
}

async function hears(page: Page, hertz: number): Promise<void> {
  await expect.poll(() => played(page, hertz), { timeout: 30_000 }).toBeGreaterThan(-60);
}

async function hearsNothingOf(page: Page, hertz: number): Promise<void> {
  await expect.poll(() => played(page, hertz), { timeout: 20_000 }).toBeLessThan(-85);
}

/** The call bar. */
function bar(page: Page): Locator {
  return page.getByRole("group", { name: "Call", exact: true });
}

/** Opens what can be done about somebody in the call. */
async function moderate(page: Page, name: string): Promise<Locator> {
  await page.getByRole("button", { name: `Moderate ${name}` }).first().click();
  return page.getByRole("dialog", { name });
}

async function setRules(page: Page, change: (dialog: Locator) => Promise<unknown>): Promise<void> {
  await page.getByRole("button", { name: "Rules for Lounge" }).click();
  const dialog = page.getByRole("dialog", { name: "Lounge" });
  await change(dialog);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
}

test("a moderator mutes somebody: nobody hears them, they are told why, and they come back when they like", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const ben = await somebody(person, { hertz: BEN_HERTZ });
  await twoMembers(relay, ada, ben);
  await joinVoice(ada);
  await joinVoice(ben);
  await hears(ada, BEN_HERTZ);
  await hears(ben, ADA_HERTZ);
  await expect(ben.getByRole("button", { name: /^Moderate/ }), "no matter of an ordinary member").toHaveCount(0);

  const dialog = await moderate(ada, "Ben");
  await dialog.getByRole("switch", { name: "Nobody hears them" }).check();
  await expect(dialog.getByText("Muted by a moderator")).toBeVisible();
  expect(await accessibilityFaults(ada)).toEqual([]);
  await hearsNothingOf(ada, BEN_HERTZ);
  await expect(bar(ben).getByText(/has muted you\. Nobody hears you/)).toBeVisible();
  await expect(bar(ben).getByRole("button", { name: "Unmute microphone" })).toBeDisabled();
  await expect(inLounge(ada)).toContainText("Ben, muted");
  await hears(ben, ADA_HERTZ);

  await dialog.getByRole("switch", { name: "They hear nobody either" }).check();
  await expect(bar(ben).getByText(/has deafened you/)).toBeVisible();
  await hearsNothingOf(ben, ADA_HERTZ);
  await expect.poll(async () => (await heard(ben)).every((one) => one.decibels < -75), "nothing is sent either").toBe(true);

  await dialog.getByRole("switch", { name: "They hear nobody either" }).uncheck();
  await dialog.getByRole("switch", { name: "Nobody hears them" }).uncheck();
  await expect(ben.getByText("You can talk now. Turn your microphone on when you like.")).toBeVisible();
  await hears(ben, ADA_HERTZ);
  await hearsNothingOf(ada, BEN_HERTZ);
  await bar(ben).getByRole("button", { name: "Unmute microphone" }).click();
  await hears(ada, BEN_HERTZ);
});

test("a changed client that goes on sending after a mute is not heard", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const changed = await person({ hertz: BEN_HERTZ });
  await neverMute(changed.context);
  const ben = changed.page;
  await twoMembers(relay, ada, ben);
  await joinVoice(ada);
  await joinVoice(ben);
  await hears(ada, BEN_HERTZ);
  const dialog = await moderate(ada, "Ben");
  await dialog.getByRole("switch", { name: "Nobody hears them" }).check();
  await hearsNothingOf(ada, BEN_HERTZ);
  await expect.poll(async () => (await heard(ada)).some((one) => one.decibels > -60), "it still sends").toBe(true);
});

test("on a stage one raises a hand, is let speak, is heard, and steps down", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const ben = await somebody(person, { hertz: BEN_HERTZ, viewport: PHONE });
  await twoMembers(relay, ada, ben);
  await setRules(ada, (dialog) => dialog.getByRole("switch", { name: "It is a stage" }).check());
  await joinVoice(ada);
  await ben.getByRole("button", { name: "Channels", exact: true }).first().click();
  await ben.getByRole("button", { name: "Join Lounge" }).click();
  await expect(bar(ben).getByText(/This is a stage, and you are listening/)).toBeVisible();
  await hears(ben, ADA_HERTZ);
  await hearsNothingOf(ada, BEN_HERTZ);

  // By keyboard alone.
  await bar(ben).getByRole("button", { name: "Raise hand" }).focus();
  await ben.keyboard.press("Enter");
  await expect(bar(ben).getByText(/Your hand is up/)).toBeVisible();
  expect(await accessibilityFaults(ben)).toEqual([]);
  await expect(inLounge(ada)).toContainText("Ben, hand raised");
  const dialog = await moderate(ada, "Ben");
  await dialog.getByRole("button", { name: "Let speak" }).click();
  await expect(ben.getByText("You have the floor: the others hear you now.")).toBeVisible();
  await hears(ada, BEN_HERTZ);
  await expect(inLounge(ada)).not.toContainText("hand raised");

  await bar(ben).getByRole("button", { name: "Step down" }).press("Enter");
  await hearsNothingOf(ada, BEN_HERTZ);
  await expect(bar(ben).getByRole("button", { name: "Raise hand" })).toBeVisible();
  // Whoever did not ask decides themselves when the microphone opens.
  await dialog.getByRole("button", { name: "Let speak" }).click();
  await expect(ben.getByText("You can talk now. Turn your microphone on when you like.")).toBeVisible();
  await hearsNothingOf(ada, BEN_HERTZ);
});

test("somebody is moved and goes on there, is put out, and comes back", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const ben = await somebody(person, { hertz: BEN_HERTZ });
  await twoMembers(relay, ada, ben);
  await ada.getByRole("button", { name: "Make a voice channel" }).click();
  await ada.getByLabel("Channel name").fill("Den");
  await ada.getByRole("button", { name: "Make channel" }).click();
  await joinVoice(ada);
  await joinVoice(ben);
  await hears(ada, BEN_HERTZ);

  let dialog = await moderate(ada, "Ben");
  await dialog.getByLabel("Another voice channel").selectOption({ label: "Den" });
  await dialog.getByRole("button", { name: "Move there" }).click();
  await expect(ben.getByText("Ada has moved you to Den.")).toBeVisible();
  await expect(ada.getByRole("list", { name: "In Den" })).toContainText("Ben");
  await expect(bar(ben).getByText("Voice connected")).toBeVisible();
  await expect(inLounge(ada)).not.toContainText("Ben");
  await hearsNothingOf(ada, BEN_HERTZ);
  await ada.getByRole("button", { name: "Join Den" }).click();
  await hears(ada, BEN_HERTZ);
  await hears(ben, ADA_HERTZ);

  dialog = await moderate(ada, "Ben");
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect(ben.getByText("Ada has ended your stay in the call.")).toBeVisible();
  await expect(bar(ben)).toHaveCount(0);
  await hearsNothingOf(ada, BEN_HERTZ);
  await ben.getByRole("button", { name: "Join Den" }).click();
  await hears(ada, BEN_HERTZ);
});

test("a channel for two takes two, and those who came last go when it takes fewer", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const ben = await somebody(person, { hertz: BEN_HERTZ });
  const cleo = await somebody(person, { hertz: CLEO_HERTZ });
  await twoMembers(relay, ada, ben);
  await join(cleo, await invite(ada), { name: "Cleo", password: "eleven patient herons waiting" });
  await setRules(ada, (dialog) => dialog.getByLabel("How many people fit in").selectOption({ label: "1 person" }));
  await joinVoice(ben);
  await cleo.getByRole("button", { name: "Join Lounge" }).click();
  await expect(bar(cleo).getByText("This voice channel is full right now.")).toBeVisible();
  await joinVoice(ada);
  await hears(ada, BEN_HERTZ);

  await setRules(ada, (dialog) => dialog.getByLabel("How many people fit in").selectOption({ label: "3 people" }));
  // The relay may not have it yet.
  await expect(async () => {
    const again = bar(cleo).getByRole("button", { name: "Try again" });
    if (await again.isVisible()) await again.click({ timeout: 1_000 });
    await expect(bar(cleo).getByText("Voice connected")).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 30_000 });
  await hears(ada, CLEO_HERTZ);
  await setRules(ada, (dialog) => dialog.getByLabel("How many people fit in").selectOption({ label: "2 people" }));
  await expect(cleo.getByText(/takes fewer people now/)).toBeVisible();
  await hearsNothingOf(ada, CLEO_HERTZ);
  await hears(ada, BEN_HERTZ);
});

test("a role lets somebody look after calls", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const ben = await somebody(person, { hertz: BEN_HERTZ });
  const cleo = await somebody(person, { hertz: CLEO_HERTZ });
  await twoMembers(relay, ada, ben);
  await join(cleo, await invite(ada), { name: "Cleo", password: "eleven patient herons waiting" });
  await ada.getByRole("button", { name: "Settings" }).first().click();
  await ada.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Roles" }).click();
  const roles = ada.getByRole("dialog", { name: "Roles" });
  await roles.getByRole("button", { name: "New role" }).click();
  await roles.getByLabel("Role name").fill("Stage hands");
  await roles.getByRole("switch", { name: /^Mute and move people in calls/ }).check();
  await roles.getByRole("button", { name: "Make role" }).click();
  await roles.getByRole("button", { name: /Stage hands/ }).click();
  await roles.getByRole("switch", { name: "Ben" }).check();
  await roles.getByRole("button", { name: "Close" }).click();

  await joinVoice(ben);
  await joinVoice(cleo);
  await hears(ben, CLEO_HERTZ);
  const dialog = await moderate(ben, "Cleo");
  await dialog.getByRole("switch", { name: "Nobody hears them" }).check();
  await hearsNothingOf(ben, CLEO_HERTZ);
  await ben.keyboard.press("Escape");
  await joinVoice(ada);
  await expect(inLounge(ben)).toContainText("Ada");
  await expect(ben.getByRole("button", { name: "Moderate Ada" }), "nobody moderates the owner").toHaveCount(0);
});

test("the second device takes the call over, and the others miss no more than a moment", async ({ relay, person }) => {
  const ada = await somebody(person, { hertz: ADA_HERTZ });
  const ben = await somebody(person, { hertz: BEN_HERTZ });
  // The same tone: whoever heard both devices would hear it louder, and never not at all.
  const tablet = await somebody(person, { hertz: BEN_HERTZ });
  await twoMembers(relay, ada, ben);
  await signIn(tablet, BEN);
  await expect(composer(tablet)).toBeVisible({ timeout: 45_000 });
  await joinVoice(ada);
  await joinVoice(ben);
  await hears(ada, BEN_HERTZ);
  await hears(ben, ADA_HERTZ);

  const offer = tablet.getByRole("group", { name: "Call on another device" });
  await expect(offer.getByText("You are in Lounge on another device.")).toBeVisible();
  const levels: number[] = [];
  const listening = (async () => {
    const until = Date.now() + 12_000;
    while (Date.now() < until) levels.push(await played(ada, BEN_HERTZ));
  })();
  await offer.getByRole("button", { name: "Continue here" }).click();
  await expect(bar(tablet).getByText("Voice connected")).toBeVisible();
  await expect(ben.getByText("The call goes on on your other device.")).toBeVisible({ timeout: 20_000 });
  await expect(bar(ben)).toHaveCount(0);
  await hears(tablet, ADA_HERTZ);
  await listening;
  // Each of them is the loudest of half a second.
  const silent = levels.filter((level) => level < -60).length;
  expect(silent, `levels: ${levels.map((level) => level.toFixed(0)).join(" ")}`).toBeLessThanOrEqual(process.env.PARLEY_FULL ? 2 : 4);
  await expect(inLounge(ada).getByText("Ben", { exact: true })).toHaveCount(1);
  await expect.poll(async () => (await heard(ada)).length, "one connection to one person").toBe(1);
  // And back again.
  await ben.getByRole("group", { name: "Call on another device" }).getByRole("button", { name: "Continue here" }).click();
  await expect(tablet.getByText("The call goes on on your other device.")).toBeVisible({ timeout: 20_000 });
  await hears(ada, BEN_HERTZ);
});
