// The relay goes away and comes back: nothing that was written is lost, doubled, or out of order.
import { chromium as engine } from "@playwright/test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { ADA, RECONNECT_MS, allSent, composer, messages, orderOf, say, sees, setUp, twoMembers } from "./support/acts.ts";
import { chromium } from "./support/chromium.ts";
import { expect, test } from "./support/test.ts";

const AWAY = "The relay can't be reached. What you write is kept here and sent when it is back.";

test("what is written while the relay is away is sent once, in order, by itself", async ({ relay, person, secrets }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "Before the storm");
  await sees(ben.page, "Before the storm");

  await relay.kill();
  await expect(ada.page.getByRole("status").filter({ hasText: AWAY })).toBeVisible();
  const kept = ["While you were out (1)", "While you were out (2)", "While you were out (3)"];
  secrets.push("Before the storm", ...kept);
  for (const text of kept) await say(ada.page, text);
  await expect(messages(ada.page).getByText("Waiting for the relay").first()).toBeVisible();

  await relay.start();
  await expect(ada.page.getByRole("status").filter({ hasText: AWAY })).toHaveCount(0, { timeout: 30_000 });
  for (const text of kept) {
    await sees(ben.page, text);
    await sees(ada.page, text);
  }
  await allSent(ada.page);
  expect(await orderOf(ben.page, kept)).toEqual(kept);
  await sees(ben.page, "Before the storm");
});

test("what waits in the outbox outlives a reload without the relay", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await relay.kill();
  await expect(ada.page.getByRole("status").filter({ hasText: AWAY })).toBeVisible();
  await say(ada.page, "Written into the dark");
  await sees(ada.page, "Written into the dark");
  await ada.page.reload();
  await sees(ada.page, "Written into the dark");
  await relay.start();
  await sees(ben.page, "Written into the dark", "general", RECONNECT_MS);
});

test("a closed browser comes back to the conversation", async ({ relay, secrets }) => {
  secrets.push("Kept overnight");
  const folder = mkdtempSync(path(tmpdir(), "parley-browser-"));
  const open = () => engine.launchPersistentContext(folder, { ...chromium(), baseURL: relay.url, locale: "en-GB" });
  try {
    const evening = await open();
    const page = await evening.newPage();
    await setUp(relay, page, ADA);
    await say(page, "Kept overnight");
    await allSent(page);
    await evening.close();

    await relay.restart();
    const morning = await open();
    const again = await morning.newPage();
    await again.goto("/");
    await expect(composer(again)).toBeVisible();
    await sees(again, "Kept overnight");
    await say(again, "Good morning");
    await sees(again, "Good morning");
    await allSent(again);
    await morning.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("without a network the app opens and shows what was read before", async ({ relay, person }) => {
  const { context, page } = await person();
  await setUp(relay, page);
  await say(page, "Read me on the train");
  await allSent(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await sees(page, "Read me on the train");
  await page.close();

  await context.setOffline(true);
  await relay.kill();
  const train = await context.newPage();
  await train.goto("/");
  await expect(composer(train)).toBeVisible();
  await sees(train, "Read me on the train");
  await expect(train.getByRole("status").filter({ hasText: AWAY })).toBeVisible();
});

test("the page can be installed as an app", async ({ relay, person }) => {
  const { context, page } = await person();
  await setUp(relay, page);
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = (await session.send("Page.getInstallabilityErrors")) as {
    installabilityErrors: { errorId: string }[];
  };
  expect(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});
