// What a browser keeps can be cleared or damaged. Everybody is told what happened, what comes back, and how to go on.
import type { Page } from "@playwright/test";
import { ADA, allInVault, allSent, composer, messages, say, sees, setUp, signIn, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** Changes one byte of a record whose name fits, as a bad disk would. Says how many fit. */
async function damage(page: Page, name: string): Promise<number> {
  return page.evaluate(async (wanted) => {
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((done, fail) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
    const database = await request(indexedDB.open("parley"));
    const records = database.transaction("records", "readwrite").objectStore("records");
    const names = ((await request(records.getAllKeys())) as string[]).filter((one) => one.startsWith(wanted));
    for (const one of names.slice(-1)) {
      const value = (await request(records.get(one))) as Uint8Array;
      const broken = value.slice();
      broken[broken.length - 1] ^= 1;
      await request(records.put(broken, one));
    }
    database.close();
    return names.length;
  }, name);
}

/** Leaves the app, so that nothing writes, and does something to what it kept. */
async function whileClosed<T>(page: Page, act: () => Promise<T>): Promise<T> {
  await page.goto("/icons/parley.svg");
  return act();
}

test("damage to any table heals or leads on, and is told", async ({ relay, person }) => {
  test.setTimeout(240_000);
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "From Ada");
  await sees(ben.page, "From Ada");
  await say(ben.page, "From Ben");
  await sees(ada.page, "From Ben");
  await allSent(ada.page);

  const heals = ["state/mailbox", "state/channel/", "log/", "olm_sessions/", "outbound_sessions/", "inbound_sessions/", "page/"];
  for (const [round, table] of heals.entries()) {
    await test.step(table, async () => {
      expect(await whileClosed(ada.page, () => damage(ada.page, table)), `records of ${table}`).toBeGreaterThan(0);
      await ada.page.goto("/");
      await expect(composer(ada.page)).toBeVisible();
      await expect(ada.page.getByText("Part of what this browser kept was damaged")).toBeVisible();
      await sees(ada.page, "From Ben");
      await sees(ada.page, "From Ada");
      await say(ada.page, `After round ${round}`);
      await sees(ben.page, `After round ${round}`);
      await say(ben.page, `Heard round ${round}`);
      await sees(ada.page, `Heard round ${round}`);
      await allSent(ada.page);
      await ada.page.reload();
      await sees(ada.page, `Heard round ${round}`);
      await expect(ada.page.getByText("Part of what this browser kept was damaged"), "told once").toHaveCount(0);
    });
  }

  for (const table of ["account", "device"]) {
    await test.step(table, async () => {
      expect(await whileClosed(ada.page, () => damage(ada.page, `${table}/`))).toBe(1);
      await ada.page.goto("/");
      await expect(ada.page.getByRole("heading", { name: "This browser has to begin anew" })).toBeVisible();
      await ada.page.getByRole("button", { name: "Begin anew and sign in" }).click();
      await expect(ada.page.getByText("This browser begins anew.")).toBeVisible();
      await ada.page.getByLabel("Your name").fill(ADA.name);
      await ada.page.getByLabel("Password", { exact: true }).fill(ADA.password);
      await ada.page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(composer(ada.page)).toBeVisible({ timeout: 45_000 });
      await sees(ada.page, "From Ben");
    });
  }
});

test("a newest message that is damaged is fetched again at once", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "From Ben");
  await sees(ada.page, "From Ben");
  expect(await whileClosed(ada.page, () => damage(ada.page, "items/"))).toBeGreaterThan(0);
  await ada.page.goto("/");
  await sees(ada.page, "From Ben");
});

test("a key that is lost, or no key, leads to beginning anew", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await whileClosed(page, () =>
    page.evaluate(async () => {
      const opened = indexedDB.open("parley");
      await new Promise((done) => (opened.onsuccess = done));
      const keys = opened.result.transaction("keys", "readwrite").objectStore("keys");
      const put = keys.put("no key", "store");
      await new Promise((done) => (put.onsuccess = done));
      opened.result.close();
    }),
  );
  await page.goto("/");
  await page.getByRole("button", { name: "Begin anew and sign in" }).click();
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
});

test("cleared storage is told, and everything is back after signing in though nobody else is there", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ben.page, "Written by Ben");
  await sees(ada.page, "Written by Ben");
  await say(ada.page, "Written by Ada");
  await sees(ben.page, "Written by Ada");
  await allSent(ada.page);
  await allInVault(ada.page);
  await ben.context.close();
  const origin = new URL(relay.url).origin;
  const tools = await ada.context.newCDPSession(ada.page);
  const words = "What Parley kept in this browser was cleared.";

  // Only the cookie is left, as after a browser's spring cleaning of what scripts keep.
  await whileClosed(ada.page, () =>
    tools.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb,local_storage" }),
  );
  await ada.page.goto("/");
  await expect(ada.page.getByText(words)).toBeVisible();
  await expect(ada.page.getByText(/your messages come back from your vault/)).toBeVisible();
  await ada.page.getByLabel("Your name").fill(ADA.name);
  await ada.page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await ada.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await sees(ada.page, "Written by Ben");
  await sees(ada.page, "Written by Ada");
  await expect(messages(ada.page).getByText(/locked/)).toHaveCount(0);

  // The cookie is gone too, and a mark is left.
  await whileClosed(ada.page, async () => {
    await tools.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
    await ada.context.clearCookies();
  });
  await ada.page.goto("/");
  await expect(ada.page.getByText(words)).toBeVisible();
});

test("a browser that nobody signed in on, or signed out of, says nothing of the kind", async ({ relay, person }) => {
  const [ada, stranger] = [await person(), await person()];
  await setUp(relay, ada.page);
  await stranger.page.goto("/");
  await expect(stranger.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(stranger.page.getByText(/was cleared|begins anew/)).toHaveCount(0);

  await ada.page.getByRole("button", { name: "Settings" }).click();
  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await ada.page.getByRole("dialog", { name: "Sign out?" }).getByRole("button", { name: "Sign out" }).click();
  await expect(ada.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(ada.page.getByText(/was cleared|begins anew/)).toHaveCount(0);
});

test("on a second device alone, what is locked is one calm line", async ({ relay, person }) => {
  const [ada, second] = [await person(), await person({ noServiceWorker: true })];
  // Its vault is out of reach.
  await second.page.route("**/vault?*", (route) => route.abort());
  await setUp(relay, ada.page);
  for (let n = 1; n <= 12; n += 1) await say(ada.page, `Number ${n}`);
  await sees(ada.page, "Number 12");
  await allSent(ada.page);
  await ada.page.close();

  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
  const calm = messages(second.page).getByText(
    "12 messages are still locked. Parley is looking for their keys.",
  );
  await expect(calm).toHaveCount(1);
  await expect(messages(second.page).getByText("This message is still locked.")).toHaveCount(0);
  await messages(second.page).getByText("Why, and what helps").click();
  await expect(messages(second.page).getByText(/only members' devices have/)).toBeVisible();

  const again = await ada.context.newPage();
  await again.goto("/");
  await sees(second.page, "Number 12");
  await sees(second.page, "Number 1");
  await expect(calm).toHaveCount(0);
});
