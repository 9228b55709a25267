// Direct conversations: two people, a second browser, requests and blocking, a group, and a page that is closed.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { accessibilityFaults } from "./support/accessible.ts";
import { ADA, composer, invite, join, say, sees, signIn, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

const CEM = { name: "Cem", password: "nine silent herons standing" };

/** Where the open conversation is written to. */
function field(page: Page, name: string): Locator {
  return page.getByRole("textbox", { name: `Message ${name}` });
}

/** The messages of the open conversation. */
function log(page: Page, name: string): Locator {
  return page.getByRole("log", { name: `Messages in ${name}` });
}

async function write(page: Page, name: string, text: string): Promise<void> {
  await field(page, name).fill(text);
  await field(page, name).press("Enter");
}

/** Opens the conversation with somebody by way of the list of people. */
async function open(page: Page, name: string): Promise<void> {
  const people = page.getByRole("complementary", { name: "People" });
  await people.getByRole("listitem").filter({ hasText: name }).hover();
  await people.getByRole("button", { name: new RegExp(`^Message .*${name}`) }).click();
  await expect(field(page, name)).toBeVisible();
}

/** A row in the list of conversations. */
function row(page: Page, name: string): Locator {
  return page.getByRole("navigation", { name: "Channels" }).locator(".channel.direct", { hasText: name });
}

/** Takes the only request. */
async function accept(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Requests" }).click();
  const requests = page.getByRole("dialog", { name: "Requests" });
  await requests.getByRole("button", { name: new RegExp(`^Accept .*${name}`) }).click();
  await expect(requests.getByText("Nobody is waiting for an answer.")).toBeVisible();
  await requests.getByRole("button", { name: "Close" }).click();
}

test("two people write to one another and react", async ({ relay, person, secrets }) => {
  secrets.push("meet me at the mole", "at six then");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await open(ada.page, "Ben");
  await write(ada.page, "Ben", "meet me at the mole");
  await expect(log(ada.page, "Ben").getByText("At the relay")).toBeVisible();
  expect(await accessibilityFaults(ada.page)).toEqual([]);

  // A request makes no noise, and its author hears nothing.
  await expect(ben.page.getByRole("button", { name: "Requests" })).toContainText("1");
  await expect(ben.page).toHaveTitle(/^#general/);
  await ben.page.getByRole("button", { name: "Requests" }).click();
  const requests = ben.page.getByRole("dialog", { name: "Requests" });
  expect(await accessibilityFaults(ben.page)).toEqual([]);
  await requests.getByRole("button", { name: /^Read what .*Ada/ }).click();
  await expect(log(ben.page, "Ada").getByText("meet me at the mole")).toBeVisible();
  await expect(log(ada.page, "Ben").getByText("At the relay")).toBeVisible();
  await ben.page.getByRole("button", { name: "Accept" }).click();
  await expect(log(ada.page, "Ben").getByText("At their devices")).toBeVisible();
  await expect(row(ben.page, "Ada")).toBeVisible();

  await write(ben.page, "Ada", "at six then");
  await expect(log(ada.page, "Ben").getByText("at six then")).toBeVisible();
  const line = log(ada.page, "Ben").getByRole("article").filter({ hasText: "at six then" });
  await line.hover();
  await line.getByRole("button", { name: "More", exact: true }).click();
  await ada.page.getByRole("button", { name: "React with 👍" }).click();
  await expect(log(ben.page, "Ada").getByRole("button", { name: /👍/ })).toBeVisible();

  // Elsewhere it is counted.
  await ben.page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: "general" }).click();
  await write(ada.page, "Ben", "see you");
  await expect(row(ben.page, "Ada").locator(".badge")).toHaveText(/^1/);
  await expect(ben.page).toHaveTitle(/^\(1\)/);
  await row(ben.page, "Ada").click();
  await expect(log(ben.page, "Ada").getByText("see you")).toBeVisible();
  await expect(row(ben.page, "Ada").locator(".badge")).toHaveCount(0);
});

test("a second browser has the conversation, and a closed page loses nothing", async ({ relay, person }) => {
  const [ada, ben, second] = [await person(), await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await open(ada.page, "Ben");
  await write(ada.page, "Ben", "from the first");
  await expect(log(ada.page, "Ben").getByText("At the relay")).toBeVisible();
  await accept(ben.page, "Ada");
  await row(ben.page, "Ada").click();
  await write(ben.page, "Ada", "and back");
  await expect(log(ada.page, "Ben").getByText("and back")).toBeVisible();

  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
  await row(second.page, "Ben").click();
  await expect(log(second.page, "Ben").getByText("from the first")).toBeVisible();
  await expect(log(second.page, "Ben").getByText("and back")).toBeVisible();

  // Written while the relay is away, and the page is closed at once.
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await relay.kill();
  await expect(ada.page.getByRole("status").filter({ hasText: "The relay can't be reached" })).toBeVisible();
  await write(ada.page, "Ben", "written in a tunnel");
  await expect(log(ada.page, "Ben").getByText("Waiting for the relay")).toBeVisible();
  await ada.page.close();
  await relay.start();
  const again = await ada.context.newPage();
  await again.goto("/");
  // What was open is open again.
  await expect(field(again, "Ben")).toBeVisible();
  await expect(log(again, "Ben").getByText("written in a tunnel", { exact: true })).toHaveCount(1);
  for (const [page, name] of [[ben.page, "Ada"], [second.page, "Ben"]] as const) {
    await expect(log(page, name).getByText("written in a tunnel", { exact: true })).toHaveCount(1, { timeout: 30_000 });
  }
});

test("somebody is blocked everywhere, and not any more", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await open(ada.page, "Ben");
  await write(ada.page, "Ben", "buy my boat");
  await ben.page.getByRole("button", { name: "Requests" }).click();
  await ben.page.getByRole("button", { name: /^Read what .*Ada/ }).click();
  await ben.page.getByRole("button", { name: /^Block .*Ada/ }).click();
  await expect(ben.page.getByText(/You blocked .*Ada/)).toBeVisible();
  await expect(ben.page.getByRole("button", { name: "Requests" })).toHaveCount(0);

  await ada.page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: "general" }).click();
  await say(ada.page, "boats for everybody");
  await ben.page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: "general" }).click();
  await expect(ben.page.getByText("1 message of somebody you blocked.")).toBeVisible();
  await expect(ben.page.getByText("boats for everybody")).toHaveCount(0);
  await ben.page.getByRole("button", { name: "Show", exact: true }).click();
  await sees(ben.page, "boats for everybody");

  await open(ben.page, "Ada");
  await ben.page.getByRole("button", { name: /^Unblock .*Ada/ }).click();
  await expect(log(ben.page, "Ada").getByText("buy my boat")).toBeVisible();
});

test("three people in a group, and one leaves", async ({ relay, person }) => {
  const [ada, ben, cem] = [await person(), await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await join(cem.page, await invite(ada.page), CEM);
  await ada.page.getByRole("button", { name: "New conversation" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "New conversation" });
  await dialog.getByRole("checkbox", { name: "Ben" }).check();
  await dialog.getByRole("checkbox", { name: "Cem" }).check();
  await dialog.getByLabel("Group name").fill("Regatta");
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await dialog.getByRole("button", { name: "Begin" }).click();
  await write(ada.page, "Regatta", "who sails?");
  for (const page of [ben.page, cem.page]) {
    await accept(page, "Regatta");
    await row(page, "Regatta").click();
    await expect(log(page, "Regatta").getByText("who sails?")).toBeVisible();
  }
  await ada.page.getByRole("button", { name: "Who is here" }).click();
  const group = ada.page.getByRole("dialog", { name: "Conversation" });
  await group.getByLabel("Group name").fill("Regatta 7");
  await group.getByRole("button", { name: "Rename" }).click();
  await group.getByRole("button", { name: "Close" }).click();
  for (const page of [ada.page, ben.page, cem.page]) {
    await expect(log(page, "Regatta 7").getByText(/named this group .*Regatta 7/)).toBeVisible();
  }
  await ada.page.getByRole("button", { name: "Who is here" }).click();
  await group.getByLabel("Group name").fill("Regatta");
  await group.getByRole("button", { name: "Rename" }).click();
  await group.getByRole("button", { name: "Close" }).click();
  await expect(row(cem.page, "Regatta")).not.toContainText("7");
  await write(cem.page, "Regatta", "I do");
  await expect(log(ben.page, "Regatta").getByText("I do")).toBeVisible();
  await expect(log(cem.page, "Regatta").getByText("At their devices")).toBeVisible();

  await ben.page.getByRole("button", { name: "Who is here" }).click();
  await ben.page.getByRole("button", { name: "Leave this group" }).click();
  await expect(ben.page.getByText("You left this conversation.")).toBeVisible();
  await expect(log(ada.page, "Regatta").getByText(/Ben.* left this group/)).toBeVisible();
  await write(ada.page, "Regatta", "without Ben");
  await expect(log(cem.page, "Regatta").getByText("without Ben")).toBeVisible();
  await expect(ben.page.getByText("without Ben")).toHaveCount(0);
  // Somebody else brings him back, and all can see who did.
  await cem.page.getByRole("button", { name: "Who is here" }).click();
  const people = cem.page.getByRole("dialog", { name: "Conversation" });
  await people.getByText("Add people").click();
  await people.getByRole("checkbox", { name: "Ben" }).check();
  await people.getByRole("button", { name: "Add to the group" }).click();
  await people.getByRole("button", { name: "Close" }).click();
  for (const page of [ada.page, cem.page]) {
    await expect(log(page, "Regatta").getByText(/Cem.* added .*Ben.* to this group/)).toBeVisible();
  }
  await write(ada.page, "Regatta", "with Ben again");
  await expect(log(ben.page, "Regatta").getByText("with Ben again")).toBeVisible();
});

test("a file goes to those in the conversation, and to nobody once it was deleted", async ({ relay, person }) => {
  const [ada, ben, cem] = [await person(), await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await join(cem.page, await invite(ada.page), CEM);
  await open(ada.page, "Ben");
  const chooser = ada.page.waitForEvent("filechooser");
  await ada.page.getByRole("button", { name: "Attach files" }).click();
  const bytes = Buffer.from("the tide comes in at six, the boats go out at seven");
  await (await chooser).setFiles([{ name: "tides.txt", mimeType: "text/plain", buffer: bytes }]);
  const tray = ada.page.getByRole("list", { name: "Files to send" });
  await expect(tray.getByRole("listitem")).toHaveCount(1);
  await expect(tray.getByText("Getting it ready…")).toHaveCount(0);
  const uploaded = ada.page.waitForRequest((request) => request.url().endsWith("/upload"));
  await ada.page.getByRole("button", { name: "Send", exact: true }).click();
  const blob = (await uploaded).headers()["parley-blob"];
  await expect(log(ada.page, "Ben").getByText("At the relay")).toBeVisible();

  await accept(ben.page, "Ada");
  await row(ben.page, "Ada").click();
  await expect(log(ben.page, "Ada").getByRole("group", { name: "tides.txt" })).toBeVisible();
  const download = ben.page.waitForEvent("download");
  const fetched = ben.page.waitForRequest((request) => request.url().endsWith(`/files/${blob}`));
  await log(ben.page, "Ada").getByRole("button", { name: "Save tides.txt" }).click();
  expect(readFileSync(await (await download).path())).toEqual(bytes);

  // Whoever knows its name and is not in the conversation gets nothing; and nobody does after it was deleted.
  const asBen = (await fetched).headers()["authorization"] ?? "";
  const status = async (page: Page, authorization: string): Promise<number> =>
    page.evaluate(async ([blob, authorization]) => {
      const answer = await fetch(`/files/${blob}`, { headers: { authorization }, cache: "no-store" });
      return answer.status;
    }, [blob, authorization] as const);
  expect(await status(ben.page, asBen)).toBe(200);
  const asCem = cem.page.waitForResponse((answer) => answer.url().endsWith("/files/token"));
  const other = cem.page.waitForEvent("filechooser");
  await cem.page.getByRole("button", { name: "Attach files" }).click();
  await (await other).setFiles([{ name: "other.txt", mimeType: "text/plain", buffer: Buffer.from("other") }]);
  const { token } = (await (await asCem).json()) as { token: string };
  expect(await status(cem.page, `Bearer ${token}`)).toBe(404);

  const line = log(ada.page, "Ben").getByRole("article").filter({ hasText: "tides.txt" });
  await line.hover();
  await line.getByRole("button", { name: "More", exact: true }).click();
  await ada.page.getByRole("menuitem", { name: "Delete for everybody" }).click();
  await expect(log(ben.page, "Ada").getByRole("group", { name: "tides.txt" })).toHaveCount(0, { timeout: 20_000 });
  await expect.poll(() => status(ben.page, asBen)).toBe(404);
});
