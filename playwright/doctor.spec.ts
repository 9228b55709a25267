// Somebody whose call does not work finds out why: what is right, what is wrong, and the one thing to do.
import type { Page } from "@playwright/test";
import { openSettings, setUp } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { expect, test } from "./support/test.ts";

/** Probes of servers that do not answer take eight seconds. */
const LOOKING_MS = 40_000;

const check = (page: Page) => page.getByRole("dialog", { name: "Call check" });
const row = (page: Page, name: string) =>
  check(page).getByRole("list", { name: "Checks" }).getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) });

async function look(page: Page): Promise<void> {
  const settings = await openSettings(page, "Voice");
  await settings.getByRole("button", { name: "Check calls" }).click();
  await expect(check(page).getByRole("button", { name: "Look again" })).toBeVisible({ timeout: LOOKING_MS });
}

/** The report, as it is copied. */
async function report(page: Page): Promise<string> {
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => navigator.clipboard.writeText("nothing yet"));
  await check(page).getByRole("button", { name: "Copy the report" }).click();
  await expect.poll(copied).not.toBe("nothing yet");
  return copied();
}

test("where calls work each part is found right; then an address is hidden, and then the relay goes", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await look(page);
  await expect(check(page).getByRole("status")).toHaveText("Calls should work here.");
  await expect(row(page, "This page")).toContainText("Good. It is secure");
  await expect(row(page, "Microphone")).toContainText("Good. It opens.");
  await expect(row(page, "Devices")).toContainText(/Good. \d+ microphones?/);
  await expect(row(page, "The relay")).toContainText("Good. It is connected.");
  await expect(row(page, "Own address")).toContainText("Good.");
  await expect(row(page, "Calls by UDP")).toContainText(`Good. They get through the relay, by UDP port ${relay.turnPort}.`);
  await expect(row(page, "Calls by TCP")).toContainText("Good.");
  await expect(row(page, "Calls by TLS")).toHaveCount(0);
  await expect(row(page, "Quickness")).toContainText(/Good. \d+ ms to the relay and back, 0 % lost/);
  await expect(row(page, "What others see")).toContainText("People in a call with you can see");
  expect(await accessibilityFaults(page)).toEqual([]);

  const text = await report(page);
  expect(text).toMatch(/^Parley call check\nBrowser: .+\nThis page: Good\./);
  expect(text, "no address").not.toMatch(/\d+\.\d+\.\d+\.\d+|[0-9a-f]+::?[0-9a-f]+:|\.local/i);
  expect(text).not.toMatch(/credential|password|token/i);
  await page.keyboard.press("Escape");

  const settings = await openSettings(page, "Voice");
  await settings.getByLabel("Hide my address from members").check();
  await page.keyboard.press("Escape");
  await look(page);
  await expect(row(page, "What others see")).toContainText("Only the address of the relay: yours is hidden.");
  await page.keyboard.press("Escape");

  await relay.kill();
  await page.getByRole("button", { name: "Find out why" }).click();
  await expect(check(page).getByRole("button", { name: "Look again" })).toBeVisible({ timeout: LOOKING_MS });
  await expect(row(page, "The relay")).toContainText("Wrong. It can't be reached.");
  await expect(row(page, "The relay")).toContainText("Check your network.");
});

test("a microphone that is refused and TURN out of reach are found, each with what to do", async ({ relay, person }) => {
  const { page, context } = await person();
  await context.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    // As a firewall that keeps everything back: the servers that the page knows are none.
    const Original = RTCPeerConnection;
    const moved = (given: RTCConfiguration = {}): RTCConfiguration => ({
      ...given,
      iceServers: (given.iceServers ?? []).map((server) => ({
        ...server,
        urls: [server.urls].flat().map((url) => url.replace(/:\d+(?=\?|$)/, ":9")),
      })),
    });
    globalThis.RTCPeerConnection = class extends Original {
      constructor(given?: RTCConfiguration) {
        super(moved(given));
      }
    };
  });
  await setUp(relay, page);
  await look(page);
  await expect(check(page).getByRole("status")).toContainText("Something is in the way of calls.");
  await expect(row(page, "Microphone")).toContainText("Wrong. Parley may not use it.");
  await expect(row(page, "Microphone")).toContainText("allow the microphone, and look again");
  await expect(row(page, "Calls by UDP")).toContainText("Wrong. UDP port");
  await expect(row(page, "Calls by UDP")).toContainText("Try another network");
  await expect(row(page, "Calls by UDP")).toContainText("parley-relay doctor");
  await expect(row(page, "Quickness")).toHaveCount(0);
});
