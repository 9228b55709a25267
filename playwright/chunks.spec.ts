// The program comes in parts: what a person needs first is there first, what fails to come says so, and a page that was
// opened before an upgrade still finds its own parts.
import type { Page } from "@playwright/test";
import { BEN, allSent, composer, fillJoin, invite, messages, say, sees, setUp, setUpBy } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";
import { UpgradedRelay } from "./support/upgrade.ts";

/** Addresses of the files that only the named chunk needs. */
async function filesOf(page: Page, chunk: string): Promise<string[]> {
  return page.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLLinkElement>("link[rel=chunk]")]
        .filter((link) => link.dataset.for === wanted)
        .map((link) => link.href),
    chunk,
  );
}

/** Addresses of the files that one chunk needs and another does not. */
async function filesBeyond(page: Page, base: string, chunk: string): Promise<string[]> {
  return page.evaluate(
    ([without, wanted]) =>
      [...document.querySelectorAll<HTMLLinkElement>("link[rel=chunk]")]
        .map((link) => ({ address: link.href, chunks: link.dataset.for?.split(" ") ?? [] }))
        .filter(({ chunks }) => chunks.includes(wanted) && !chunks.includes(without))
        .map(({ address }) => address),
    [base, chunk],
  );
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).first().click();
}

test("the join form can be filled in while the rest is on its way", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  const files = await filesBeyond(ada.page, "enrolment", "engine");
  expect(files.length).toBeGreaterThan(0);
  let letThrough = () => {};
  const held = new Promise<void>((done) => (letThrough = done));
  for (const file of files) {
    await ben.page.route(file, async (route) => {
      await held;
      await route.continue();
    });
  }
  await fillJoin(ben.page, link, BEN);
  await expect(ben.page.getByText("Loading the rest of Parley…")).toBeVisible();
  letThrough();
  await expect(composer(ben.page)).toBeVisible({ timeout: 45_000 });
});

test("a part that does not come says so, and comes when it is asked for again", async ({ relay, person }) => {
  const ada = await person({ noServiceWorker: true });
  await setUp(relay, ada.page);
  const files = await filesOf(ada.page, "dialogs");
  expect(files.length).toBeGreaterThan(0);
  await ada.page.reload();
  await expect(composer(ada.page)).toBeVisible();
  for (const file of files) await ada.page.route(file, (route) => route.abort());
  await openSettings(ada.page);
  const alert = ada.page.getByRole("alert").filter({ hasText: "This part of Parley could not be loaded." });
  await expect(alert).toBeVisible();
  for (const file of files) await ada.page.unroute(file);
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(ada.page.getByRole("dialog", { name: "Settings" })).toBeVisible();
});

test("the composer can be used before the part that connects is there", async ({ relay, person }) => {
  const ada = await person({ noServiceWorker: true });
  await setUp(relay, ada.page);
  const files = await filesBeyond(ada.page, "engine", "frames");
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) await ada.page.route(file, (route) => route.abort());
  await ada.page.reload();
  await say(ada.page, "Written before the connection");
  await expect(composer(ada.page)).toHaveValue("");
  await expect(ada.page.getByRole("status").filter({ hasText: "One message is waiting." })).toBeVisible();
  for (const file of files) await ada.page.unroute(file);
  await ada.page.getByRole("main").getByRole("button", { name: "Try again" }).first().click();
  await sees(ada.page, "Written before the connection");
  await allSent(ada.page);
});

test("a form whose rest is gone for good offers the new version", async ({ relay, browser }) => {
  const upgraded = await UpgradedRelay.start(relay.port);
  const context = await browser.newContext({ locale: "en-GB", serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    const link = (await relay.setupLink()).replace(relay.url, upgraded.url);
    // Nothing is loaded ahead.
    await page.addInitScript(() => Object.assign(globalThis, { requestIdleCallback: () => 0 }));
    await page.route(/\/enrolment_driver\.wasm/, async (route) => {
      upgraded.upgrade();
      await route.abort();
    });
    await page.goto(link);
    await expect(page.getByText("There is a new version of Parley, and this page is too old to go on.")).toBeVisible();
    await page.unroute(/\/enrolment_driver\.wasm/);
    await page.getByRole("button", { name: "Start again" }).click();
    await expect(page.locator("link[rel=modulepreload]").first()).toHaveAttribute("href", /app-ffff/);
  } finally {
    await context.close();
    upgraded.stop();
  }
});

test("an upgrade is told, and the page from before it still opens all its parts", async ({ relay, browser }) => {
  const upgraded = await UpgradedRelay.start(relay.port);
  const context = await browser.newContext({ locale: "en-GB" });
  try {
    const page = await context.newPage();
    await setUpBy((await relay.setupLink()).replace(relay.url, upgraded.url), page);
    await say(page, "Before the upgrade");
    await allSent(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // All of this version is kept.
    const all = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLLinkElement>("link[rel=chunk]")].map((link) => new URL(link.href).pathname),
    );
    await expect
      .poll(() =>
        page.evaluate(async (paths) => {
          const found = await Promise.all(paths.map((path) => caches.match(path)));
          return found.filter((one) => one).length;
        }, all),
      )
      .toBe(all.length);

    upgraded.upgrade();
    const notice = page.getByRole("status").filter({ hasText: "A new version is ready." });
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await expect(notice).toBeVisible();
    // Another tab is of the new version already; this one has what it needs all the same.
    const second = await context.newPage();
    await second.goto(`${upgraded.url}/`);
    await expect(second.getByRole("button", { name: "Use Parley here" })).toBeVisible();
    await second.close();
    await openSettings(page);
    const settings = page.getByRole("dialog", { name: "Settings" });
    await expect(settings).toBeVisible();
    await settings.getByRole("button", { name: "Close" }).click();

    await notice.getByRole("button", { name: "Reload" }).click();
    await expect(page.locator("link[rel=modulepreload]").first()).toHaveAttribute("href", /app-ffff/);
    await sees(page, "Before the upgrade");
  } finally {
    await context.close();
    upgraded.stop();
  }
});

test("a page whose parts are gone for good offers the new version", async ({ relay, browser }) => {
  const upgraded = await UpgradedRelay.start(relay.port);
  const context = await browser.newContext({ locale: "en-GB", serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    // Nothing is loaded ahead: the page is as one that was opened a moment before the upgrade.
    await page.addInitScript(() => Object.assign(globalThis, { requestIdleCallback: () => 0 }));
    await setUpBy((await relay.setupLink()).replace(relay.url, upgraded.url), page);
    await expect(page.getByRole("button", { name: "Settings" }).first()).toBeVisible();
    upgraded.upgrade();
    await openSettings(page);
    const alert = page.getByRole("alert").filter({ hasText: "There is a new version of Parley" });
    // Any other part that the page was about to load says the same.
    await alert.getByRole("button", { name: "Load the new version" }).last().click();
    await expect(composer(page)).toBeVisible();
    await expect(page.locator("link[rel=modulepreload]").first()).toHaveAttribute("href", /app-ffff/);
  } finally {
    await context.close();
    upgraded.stop();
  }
});
