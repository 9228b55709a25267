// Finding messages: in the browser alone, in an index that it keeps sealed.
import type { Locator, Page } from "@playwright/test";
import {
  allInVault,
  allSent,
  composer,
  makeChannel,
  messages,
  openChannel,
  say,
  sees,
  setUp,
  twoMembers,
} from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { jpeg } from "./support/pictures.ts";
import { choose, line, press } from "./support/lines.ts";
import { expect, test } from "./support/test.ts";

/** More than a first page. */
const LINES = 140;

/** Opens the panel by its keys. */
async function find(page: Page): Promise<Locator> {
  await page.keyboard.press("Control+f");
  const panel = page.getByRole("dialog", { name: "Find messages" });
  await expect(panel).toBeVisible();
  return panel;
}

function field(panel: Locator): Locator {
  return panel.getByRole("combobox", { name: "Words to find" });
}

/** The lines of what was found. */
function found(panel: Locator): Locator {
  return panel.getByRole("listbox", { name: "Messages found" }).getByRole("option");
}

/** Names of the index's records in the store, and whether any of their values has these words as they are. */
async function kept(page: Page, words: string): Promise<{ names: string[]; plain: boolean }> {
  return page.evaluate(async (wanted) => {
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((done, fail) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
    const database = await request(indexedDB.open("parley"));
    const records = database.transaction("records").objectStore("records");
    const range = IDBKeyRange.bound("words/", "words/\uffff");
    const names = (await request(records.getAllKeys(range))) as string[];
    const values = (await request(records.getAll(range))) as Uint8Array[];
    database.close();
    const plain = values.some((value) => new TextDecoder("latin1").decode(value).includes(wanted));
    return { names, plain };
  }, words);
}

test("words, beginnings and phrases are found as one types, and nothing leaves the browser", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  let sent: string[] = [];
  ada.page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(String(payload))));
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "The café opens at seven");
  await say(ben.page, "Seven hills, one river");
  await say(ben.page, "明日は東京都に行く");
  await sees(ada.page, "明日は東京都に行く");
  await allSent(ada.page);
  await allInVault(ada.page);

  const panel = await find(ada.page);
  await field(panel).fill("river");
  await expect(found(panel)).toHaveCount(1);
  sent = [];
  const asked: string[] = [];
  ada.context.on("request", (request) => asked.push(request.url()));

  await field(panel).fill("");
  await field(panel).pressSequentially("SEV");
  await expect(found(panel)).toHaveCount(2);
  await expect(found(panel).first(), "the newest first").toContainText("Seven hills, one river");
  await expect(found(panel).first().locator("mark")).toHaveText("Seven");
  await field(panel).fill("cafe seven");
  await expect(found(panel)).toHaveCount(1);
  await expect(found(panel).locator("mark")).toHaveText(["café", "seven"]);
  await field(panel).fill('"one river"');
  await expect(found(panel)).toHaveCount(1);
  await field(panel).fill('"one seven"');
  await expect(panel.getByText("No messages found")).toBeVisible();
  await expect(panel.getByText("Try fewer or shorter words.", { exact: false })).toBeVisible();
  await field(panel).fill("東京");
  await expect(found(panel).locator("mark")).toHaveText(["東京"]);
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  // The service worker may still be keeping the program's own files.
  expect(asked.filter((url) => !/\.(?:js|wasm|css|png|svg|webmanifest)$/.test(url)), "requests caused by typing").toEqual([]);
  // The device may tell the relay that somebody is there, and put a read mark away; nothing else.
  expect(sent.filter((frame) => !/presence|ping|vault/.test(frame))).toEqual([]);

  await field(panel).fill("sev");
  await expect(found(panel)).toHaveCount(2);
  await field(panel).press("ArrowDown");
  await expect(found(panel).nth(1)).toHaveAttribute("aria-selected", "true");
  await field(panel).press("Enter");
  await expect(panel).toBeHidden();
  await expect(messages(ada.page).getByText("The café opens at seven")).toBeInViewport();

  const again = await find(ada.page);
  await expect(field(again), "what was typed is still there").toHaveValue("sev");
  await expect(found(again)).toHaveCount(2);
});

test("filters narrow what is found, and are completed", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "Ada likes green tea");
  await say(ben.page, "Ben likes green tea: https://example.org/tea");
  await sees(ada.page, "Ada likes green tea");
  await makeChannel(ada.page, "kitchen");
  await say(ada.page, "A tea pot for the kitchen", "kitchen");
  await sees(ada.page, "A tea pot for the kitchen", "kitchen");

  const panel = await find(ada.page);
  const hints = panel.getByRole("listbox", { name: "What you can type" }).getByRole("option");
  await expect(hints).toHaveCount(7);
  await field(panel).fill("tea");
  await expect(found(panel)).toHaveCount(3);
  await expect(panel.getByText("3 messages")).toBeVisible();

  await field(panel).fill("tea from:b");
  await expect(hints).toHaveText([/^Ben/]);
  await field(panel).press("Enter");
  await expect(field(panel)).toHaveValue("tea from:Ben ");
  await expect(found(panel)).toHaveCount(1);
  await expect(found(panel)).toContainText("Ben likes green tea");

  await field(panel).fill("tea in:ki");
  await field(panel).press("Tab");
  await expect(field(panel)).toHaveValue("tea in:kitchen ");
  await expect(found(panel)).toHaveCount(1);
  await expect(found(panel)).toContainText("A tea pot");

  await field(panel).fill("tea has:link");
  await expect(found(panel)).toHaveCount(1);
  await field(panel).fill("tea from:me after:today");
  await expect(found(panel)).toHaveCount(2);
  await field(panel).fill("tea before:today");
  await expect(panel.getByText("No messages found")).toBeVisible();
  await field(panel).fill("tea before:soon from:Nobody has:soul ");
  await expect(panel.getByText("“soon” is no day.", { exact: false })).toBeVisible();
  await expect(panel.getByText("Nobody here is called “Nobody”.")).toBeVisible();
  await expect(panel.getByText("“soul” is none of these.", { exact: false })).toBeVisible();

  await field(panel).fill("from:Ben green");
  await expect(found(panel)).toHaveCount(1);
  await found(panel).click();
  await expect(composer(ada.page), "it leads to the other channel").toBeVisible();
  await expect(messages(ada.page).getByText("Ben likes green tea", { exact: false })).toBeInViewport();
});

test("files are found by their names and kinds, conversations by who is in them, and what is pinned", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const attach = async (page: Page, name: string, mimeType: string, buffer: Buffer, text: string): Promise<void> => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Attach files" }).click();
    await (await chooser).setFiles([{ name, mimeType, buffer }]);
    const tray = page.getByRole("list", { name: "Files to send" });
    await expect(tray.getByRole("listitem")).toHaveCount(1);
    await expect(tray.getByText("Getting it ready…")).toHaveCount(0);
    await page.getByRole("textbox", { name: /^Message / }).fill(text);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByRole("list", { name: "Files to send" })).toHaveCount(0);
  };
  await attach(ada.page, "harbour.jpg", "image/jpeg", await jpeg(ada.page, 60, 40), "The mole from above");
  await sees(ben.page, "The mole from above");
  await attach(ben.page, "tide-table.txt", "text/plain", Buffer.from("six and seven"), "When the boats go out");
  await sees(ada.page, "When the boats go out");
  await say(ada.page, "No harbour in this one");
  await choose(ada.page, "The mole from above", "Pin to this channel");
  await expect(line(ada.page, "The mole from above").getByText("Pinned")).toBeVisible();

  const people = ada.page.getByRole("complementary", { name: "People" });
  await people.getByRole("listitem").filter({ hasText: "Ben" }).hover();
  await people.getByRole("button", { name: /^Message .*Ben/ }).click();
  await expect(ada.page.getByRole("textbox", { name: "Message Ben" })).toBeVisible();
  await ada.page.getByRole("textbox", { name: "Message Ben" }).fill("Meet at the harbour wall");
  await ada.page.keyboard.press("Enter");
  await expect(ada.page.getByRole("log", { name: "Messages in Ben" }).getByText("At the relay")).toBeVisible();

  const panel = await find(ada.page);
  const finds = async (typed: string, texts: (string | RegExp)[]): Promise<void> => {
    await field(panel).fill(typed);
    await expect(found(panel), typed).toHaveText(texts);
  };
  await finds("harbour ", [/Meet at the harbour wall/, /No harbour in this one/, /harbour\.jpg/]);
  await finds("has:file ", [/When the boats go out/, /The mole from above/]);
  await finds("has:image ", [/The mole from above/]);
  await finds("harbour.jpg", [/The mole from above/]);
  await finds("tide-table", [/When the boats go out/]);
  await finds("has:file from:me ", [/The mole from above/]);
  await finds("has:file from:Ben ", [/When the boats go out/]);
  await finds("in:Ben ", []);
  await finds("in:Ben harbour ", [/Meet at the harbour wall/]);
  await finds("in:general harbour from:me ", [/No harbour in this one/, /harbour\.jpg/]);
  await finds("is:pinned ", [/The mole from above/]);
  await finds("is:pinned in:Ben ", []);
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  // It leads into the conversation.
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("navigation", { name: "Channels" }).getByRole("button", { name: "general" }).click();
  const again = await find(ada.page);
  await field(again).fill("harbour wall");
  await found(again).click();
  await expect(ada.page.getByRole("log", { name: "Messages in Ben" }).getByText("Meet at the harbour wall")).toBeInViewport();
});

test("what is edited or deleted is found as it is now, and the index is kept sealed", async ({ relay, person, secrets }) => {
  test.slow();
  secrets.push("wallflower");
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "The wallflower is blue");
  await say(ben.page, "A wallflower of mine");
  await say(ben.page, "Something about gardens");
  await sees(ada.page, "Something about gardens");
  await allSent(ada.page);

  let panel = await find(ada.page);
  await field(panel).fill("wallflower");
  await expect(found(panel)).toHaveCount(2);
  await ada.page.keyboard.press("Escape");
  await expect.poll(async () => (await kept(ada.page, "wallflower")).names.length, "it is kept").toBeGreaterThan(2);
  expect((await kept(ada.page, "wallflower")).plain).toBe(false);

  await press(ada.page, "The wallflower is blue", "Edit");
  await composer(ada.page).fill("The tulip is blue");
  await composer(ada.page).press("Enter");
  await choose(ben.page, "A wallflower of mine", "Delete for everybody");
  await sees(ben.page, "The tulip is blue");
  await expect(line(ada.page, "A wallflower of mine")).toHaveCount(0, { timeout: 20_000 });

  for (const round of ["while it is open", "after a reload"]) {
    await test.step(round, async () => {
      panel = await find(ada.page);
      await field(panel).fill("wallflower");
      await expect(panel.getByText("No messages found")).toBeVisible();
      await field(panel).fill("tulip");
      await expect(found(panel)).toHaveCount(1);
      await ada.page.keyboard.press("Escape");
      await expect(panel).toBeHidden();
      await ada.page.reload();
      await expect(composer(ada.page)).toBeVisible();
    });
  }

  await test.step("with a record that is damaged it is made anew", async () => {
    await ada.page.goto("/icons/parley.svg");
    const broken = await ada.page.evaluate(async () => {
      const request = <T>(asked: IDBRequest<T>) =>
        new Promise<T>((done, fail) => {
          asked.onsuccess = () => done(asked.result);
          asked.onerror = () => fail(asked.error);
        });
      const database = await request(indexedDB.open("parley"));
      const records = database.transaction("records", "readwrite").objectStore("records");
      const names = (await request(records.getAllKeys(IDBKeyRange.bound("words/segment/", "words/segment/\uffff")))) as string[];
      for (const name of names) {
        const value = ((await request(records.get(name))) as Uint8Array).slice();
        value[value.length - 1] ^= 1;
        await request(records.put(value, name));
      }
      database.close();
      return names.length;
    });
    expect(broken).toBeGreaterThan(0);
    await ada.page.goto("/");
    await expect(composer(ada.page)).toBeVisible();
    await expect(ada.page.getByText("Part of what this browser kept was damaged")).toHaveCount(0);
    panel = await find(ada.page);
    await field(panel).fill("gardens");
    await expect(found(panel)).toHaveCount(1);
    await ada.page.keyboard.press("Escape");
  });

  await test.step("signing out takes it away", async () => {
    await ada.page.getByRole("button", { name: "Settings" }).click();
    await ada.page.getByRole("button", { name: "Sign out" }).click();
    await ada.page.getByRole("dialog", { name: "Sign out?" }).getByRole("button", { name: "Sign out" }).click();
    await expect(ada.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible({ timeout: 20_000 });
    expect((await kept(ada.page, "gardens")).names).toEqual([]);
  });
});

test("the past is found without the relay, and one gets there", async ({ relay, person }) => {
  test.slow();
  const ada = await person();
  await setUp(relay, ada.page);
  await say(ada.page, "The harbour was quiet");
  await sees(ada.page, "The harbour was quiet");
  for (let line = 1; line <= LINES; line += 1) {
    await composer(ada.page).fill(`line ${line}`);
    await composer(ada.page).press("Enter");
  }
  await sees(ada.page, `line ${LINES}`);
  await allSent(ada.page);
  await makeChannel(ada.page, "elsewhere");
  await relay.stop();
  await ada.page.reload();
  await expect(composer(ada.page, "elsewhere")).toBeVisible();

  const panel = await find(ada.page);
  await field(panel).fill("line");
  await expect(panel.getByText(`${LINES} messages`)).toBeVisible();
  await expect(found(panel)).toHaveCount(50);
  await panel.getByRole("button", { name: "Show more" }).click();
  await expect(found(panel)).toHaveCount(100);
  await field(panel).fill("harbour qui");
  await expect(found(panel)).toHaveCount(1);
  await found(panel).click();
  await expect(messages(ada.page).getByText("The harbour was quiet")).toBeInViewport();
  await openChannel(ada.page, "elsewhere");
});

test("on a phone it is a page of its own", async ({ relay, person }) => {
  const ada = await person({ touch: true, viewport: { width: 390, height: 780 } });
  await setUp(relay, ada.page);
  await say(ada.page, "Boats in the morning");
  await sees(ada.page, "Boats in the morning");
  await ada.page.getByRole("navigation", { name: "Go to" }).getByRole("button", { name: "Find" }).tap();
  const panel = ada.page.getByRole("dialog", { name: "Find messages" });
  await field(panel).fill("boats");
  await expect(found(panel)).toHaveCount(1);
  const box = await panel.boundingBox();
  expect([box?.x, box?.y, box?.width, box?.height]).toEqual([0, 0, 390, 780]);
  await found(panel).tap();
  await expect(panel).toBeHidden();
  await expect(messages(ada.page).getByText("Boats in the morning")).toBeInViewport();
});
