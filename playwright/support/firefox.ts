// A person in Firefox. Playwright drives Firefox only in a build of its own; this drives the one that the system has,
// by WebDriver BiDi. Its camera and microphone are the browser's own fakes: a colour that wanders, and a tone.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "@playwright/test";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const NAMES = ["firefox-esr", "firefox"];

export interface InFirefox {
  browser: Browser;
  page: Page;
}

/** Opens Firefox with one page that belongs to nobody yet. */
export async function firefox(): Promise<InFirefox> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: program(),
    headless: true,
    extraPrefsFirefox: {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "media.peerconnection.ice.loopback": true,
      "media.peerconnection.ice.obfuscate_host_addresses": false,
      "media.autoplay.default": 0,
      "media.autoplay.blocking_policy": 0,
      // Nothing is fetched that the story did not ask for.
      "app.update.auto": false,
      "browser.safebrowsing.malware.enabled": false,
      "browser.safebrowsing.phishing.enabled": false,
      "media.gmp-manager.updateEnabled": false,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  return { browser, page };
}

/** Waits for something on a page to be true. */
export async function until(page: Page, what: () => boolean, timeout = 30_000): Promise<void> {
  await expect.poll(() => page.evaluate(what), { timeout }).toBe(true);
}

/** Presses the button of that name, once it is there. */
export async function press(page: Page, name: string): Promise<void> {
  const pressed = (name: string): boolean => {
    const nameOf = (it: HTMLElement) => (it.getAttribute("aria-label") ?? it.textContent ?? "").trim();
    const buttons = [...document.querySelectorAll<HTMLButtonElement>("button")];
    const found = buttons.find((it) => nameOf(it) === name && !it.disabled && it.offsetParent !== null);
    found?.click();
    return Boolean(found);
  };
  await expect.poll(() => page.evaluate(pressed, name), { message: name, timeout: 30_000 }).toBe(true);
}

/** Writes into the field with that label, once it is there. */
export async function write(page: Page, label: string, text: string): Promise<void> {
  const written = (label: string, text: string): boolean => {
    const found = [...document.querySelectorAll("label")].find((it) => it.textContent?.trim() === label);
    const field = found?.control as HTMLInputElement | null | undefined;
    if (!field) return false;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  };
  await expect.poll(() => page.evaluate(written, label, text), { message: label, timeout: 30_000 }).toBe(true);
}

function program(): string {
  const chosen = process.env.PARLEY_FIREFOX;
  if (chosen) return chosen;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of NAMES) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  throw new Error("no Firefox found: sudo apt-get install firefox-esr, or set PARLEY_FIREFOX");
}
