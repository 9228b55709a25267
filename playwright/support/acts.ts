// What people do in the stories, in their own words: set up, invite, join, say.
import { type Locator, type Page, expect } from "@playwright/test";
import type { Relay } from "./relay.ts";

/** A name and a password, as typed. */
export interface Account {
  name: string;
  password: string;
}

export const ADA: Account = { name: "Ada", password: "correct horse battery staple" };
export const BEN: Account = { name: "Ben", password: "seven quiet otters sleeping" };
export const COMMUNITY = "Harbour Lights";

/** How long making keys may take on a slow machine: the password is stretched on purpose. */
const KEYS_MS = 45_000;
/** A page tries a relay that was away again after 15 seconds at most. */
export const RECONNECT_MS = 45_000;

/** Starts the community with its first member. Ends in #general. */
export async function setUp(relay: Relay, page: Page, owner: Account = ADA): Promise<void> {
  await setUpBy(await relay.setupLink(), page, owner);
}

/** The same by a link that leads there another way. */
export async function setUpBy(link: string, page: Page, owner: Account = ADA): Promise<void> {
  await fillSetUp(link, page, owner);
  await expect(composer(page)).toBeVisible({ timeout: KEYS_MS });
}

/** Fills in the form of the set-up and presses the button, whatever comes of it. */
export async function fillSetUp(link: string, page: Page, owner: Account = ADA): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Community name").fill(COMMUNITY);
  await page.getByLabel("Your name").fill(owner.name);
  await choosePassword(page, owner.password);
  await page.getByRole("button", { name: "Create community" }).click();
}

/** Makes an invite link, as the dialog offers it, or for `uses` people. */
export async function invite(page: Page, uses?: string): Promise<string> {
  await page.getByRole("button", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  if (uses) await dialog.getByLabel("It lets in").selectOption({ label: uses });
  await dialog.getByRole("button", { name: /Make (invite|another) link/ }).click();
  const field = dialog.getByLabel("Invite link", { exact: true });
  await expect(field).toHaveValue(/#/);
  const link = await field.inputValue();
  await dialog.getByRole("button", { name: "Close" }).click();
  return link;
}

/** Joins by a link. Ends in #general. */
export async function join(page: Page, link: string, newcomer: Account = BEN): Promise<void> {
  await fillJoin(page, link, newcomer);
  await expect(composer(page)).toBeVisible({ timeout: KEYS_MS });
}

/** Fills in the join form and presses the button, whatever comes of it. */
export async function fillJoin(page: Page, link: string, newcomer: Account): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(newcomer.name);
  await choosePassword(page, newcomer.password);
  await page.getByRole("button", { name: "Join", exact: true }).click();
}

/** Signs in with name and password. */
export async function signIn(page: Page, member: Account, at = ""): Promise<void> {
  await page.goto(`${at}/login`);
  await page.getByLabel("Your name").fill(member.name);
  await page.getByLabel("Password", { exact: true }).fill(member.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function choosePassword(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password again", { exact: true }).fill(password);
}

/** Where the open channel is written to. */
export function composer(page: Page, channel = "general"): Locator {
  return page.getByRole("textbox", { name: `Message #${channel}` });
}

/** The messages of the open channel. */
export function messages(page: Page, channel = "general"): Locator {
  return page.getByRole("log", { name: `Messages in #${channel}` });
}

/** Writes a message in the open channel and sends it with Enter. */
export async function say(page: Page, text: string, channel = "general"): Promise<void> {
  await composer(page, channel).fill(text);
  await composer(page, channel).press("Enter");
}

/** Waits until a text stands in the open channel exactly once, and is not on its way any more. */
export async function sees(page: Page, text: string, channel = "general", timeout = 15_000): Promise<void> {
  await expect(messages(page, channel).getByText(text, { exact: true })).toHaveCount(1, { timeout });
}

/** Waits until nothing that was written here is on its way any more. */
export async function allSent(page: Page): Promise<void> {
  await expect(messages(page).getByText(/Waiting for the relay|Sending|Not sent/)).toHaveCount(0, { timeout: 60_000 });
}

/** Waits until every key that is here is in the vault too. */
export async function allInVault(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  const settings = page.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("button", { name: "Encryption health" }).click();
  await expect(settings.getByText("Every key that is here is in it.")).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Escape");
  await expect(settings).toBeHidden();
}

/** The texts among `texts` in the order in which the page shows them. */
export async function orderOf(page: Page, texts: string[]): Promise<string[]> {
  const all = await messages(page).innerText();
  return texts
    .filter((text) => all.includes(text))
    .sort((a, b) => all.indexOf(a) - all.indexOf(b));
}

/** Two members in #general: Ada, who set it up, and Ben, whom she invited. */
export async function twoMembers(relay: Relay, ada: Page, ben: Page): Promise<void> {
  await setUp(relay, ada);
  await join(ben, await invite(ada));
}

/** Goes into the voice channel and waits until the call stands. */
export async function joinVoice(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Join Lounge" }).click();
  await expect(page.getByRole("group", { name: "Call" }).getByText("Voice connected")).toBeVisible();
}

/** Who is in the voice channel, as the list of channels shows it. */
export function inLounge(page: Page): Locator {
  return page.getByRole("list", { name: "In Lounge" });
}

/** Opens a page of the settings. */
export async function openSettings(page: Page, name: string): Promise<Locator> {
  await page.getByRole("button", { name: "Settings" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Settings" });
  // What is to do there may stand behind the name.
  await dialog.getByRole("button", { name: new RegExp(`^${name}`) }).first().click();
  await expect(dialog.getByRole("heading", { name, exact: true })).toBeVisible();
  return dialog;
}

/** Makes a recovery key by way of the settings, and keeps it. */
export async function makeRecoveryKey(page: Page, member: Account = ADA): Promise<string> {
  const settings = await openSettings(page, "Security");
  await settings.getByRole("button", { name: /Make a (new )?recovery key/ }).click();
  const key = await showRecoveryKey(page, member);
  await confirmRecoveryKey(page, key);
  return key;
}

/** In the dialog: the password, then the key as it is shown. */
export async function showRecoveryKey(page: Page, member: Account): Promise<string> {
  const dialog = page.getByRole("dialog", { name: "Your recovery key" });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill(member.password);
  await dialog.getByRole("button", { name: "Show my recovery key" }).click();
  const groups = dialog.getByRole("list", { name: "Recovery key" }).getByRole("listitem");
  await expect(groups).toHaveCount(13, { timeout: KEYS_MS });
  return (await groups.allInnerTexts()).map((group) => group.trim()).join("-");
}

/** In the dialog: types back what is asked for. */
export async function confirmRecoveryKey(page: Page, key: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Your recovery key" });
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  const fields = dialog.getByRole("textbox", { name: /^Group \d+$/ });
  await expect(fields).toHaveCount(2);
  for (const field of await fields.all()) {
    const place = Number((await field.evaluate((it) => it.closest(".field")?.querySelector("label")?.textContent))?.slice(6));
    await field.fill(key.split("-")[place - 1]!.toLowerCase());
  }
  await dialog.getByRole("button", { name: "Use this recovery key" }).click();
  await expect(page.getByText("Your recovery key is in force.")).toBeVisible();
}

/** Makes a text channel. Ends in it. */
export async function makeChannel(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Make a text channel" }).click();
  await page.getByLabel("Channel name").fill(name);
  await page.getByRole("button", { name: "Make channel" }).click();
  await expect(composer(page, name)).toBeVisible();
}

/** A channel in the list of channels. */
export function channelRow(page: Page, name: string): Locator {
  return page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: new RegExp(`^${name}`) });
}

/** Opens a channel by the list of channels. */
export async function openChannel(page: Page, name: string): Promise<void> {
  await channelRow(page, name).click();
  await expect(composer(page, name)).toBeVisible();
}
