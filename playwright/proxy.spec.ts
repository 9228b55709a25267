// A web server in front of the relay that passes no WebSockets: the page names the cause, and says what to tell the host.
import { ADA, fillSetUp, messages, say, sees, setUp, setUpBy, signIn } from "./support/acts.ts";
import { StrippingProxy } from "./support/proxy.ts";
import { expect, test } from "./support/test.ts";

const CAUSE = /The web server in front of this community's relay does not pass WebSockets/;

test("a proxy that strips WebSockets is named, and what is written is kept", async ({ relay, browser }) => {
  const proxy = await StrippingProxy.start(relay.port);
    const [ada, ben] = [await browser.newContext({ locale: "en-GB" }), await browser.newContext({ locale: "en-GB" })];
  try {
    const page = await ada.newPage();
    await setUpBy((await relay.setupLink()).replace(relay.url, proxy.url), page);
    await expect(page.getByRole("status").filter({ hasText: CAUSE })).toBeVisible({ timeout: 30_000 });
    await say(page, "Kept until then");
    await sees(page, "Kept until then");
    await expect(messages(page).getByText("Waiting for the relay")).toBeVisible();
    await page.getByText("For the host").click();
    await expect(page.getByText(/headers Upgrade and Connection/)).toBeVisible();

    // Somebody who signs in there sees the same, and no list that only looks empty.
    const second = await ben.newPage();
    await signIn(second, ADA, proxy.url);
    await expect(second.getByRole("status").filter({ hasText: CAUSE })).toBeVisible({ timeout: 45_000 });
    await expect(second.getByText("No text channels yet.")).toHaveCount(0);
  } finally {
    await ada.close();
    await ben.close();
    proxy.stop();
  }
});

test("a relay that is away is not taken for a proxy's fault", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await relay.kill();
  await expect(page.getByText(/The relay can't be reached/)).toBeVisible();
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByText(CAUSE)).toHaveCount(0);
});

test("a proxy that asks for another host is named before anything is typed in vain", async ({ relay, browser }) => {
  const proxy = await StrippingProxy.start(relay.port, `127.0.0.1:${relay.port}`);
  const ada = await browser.newContext({ locale: "en-GB" });
  try {
    const page = await ada.newPage();
    await fillSetUp((await relay.setupLink()).replace(relay.url, proxy.url), page);
    await expect(page.getByText(/asks it for another address than yours/)).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(/the Host header has to be passed on/)).toBeVisible();
  } finally {
    await ada.close();
    proxy.stop();
  }
});
