// Measures what 100 MB cost a page: up by one member and down by another, in megabytes a second and in processor time of
// the page's renderer, its workers and service worker among it.
//
// node bench/file_page.mjs <set-up link> <file> <rounds>   prints one line of JSON
import { statSync } from "node:fs";
import { chromium } from "@playwright/test";

const [setupLink, file, rounds] = process.argv.slice(2);
const { origin } = new URL(setupLink);
const PASSWORD = "a long enough password";
const megabytes = statSync(file).size / 1e6;

const browser = await chromium.launch({
  executablePath: process.env.PARLEY_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const system = await browser.newBrowserCDPSession();
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Seconds of processor time: of all renderers, and of the whole browser. */
async function used() {
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const sum = (of) => of.reduce((all, { cpuTime }) => all + cpuTime, 0);
  return { renderers: sum(processInfo.filter(({ type }) => type === "renderer")), all: sum(processInfo) };
}

async function fill(page, name, button) {
  await page.getByLabel("Your name").fill(name);
  for (const field of await page.locator('input[type="password"]').all()) await field.fill(PASSWORD);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("textbox", { name: /^Message #/ }).waitFor({ timeout: 120_000 });
}

async function open(url) {
  const context = await browser.newContext({ locale: "en-GB", acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function invite(page) {
  await page.getByRole("button", { name: "Invite people" }).click();
  await page.getByRole("button", { name: /^Make (invite|another) link$/ }).click();
  const field = page.getByLabel("Invite link", { exact: true });
  while (!(await field.inputValue()).includes("#")) await pause(100);
  const link = await field.inputValue();
  await page.keyboard.press("Escape");
  return new URL(link).pathname + new URL(link).hash;
}

/** Runs one way, and says how fast it was and what it cost. */
async function measure(work) {
  await pause(3_000);
  const [before, begun] = [await used(), performance.now()];
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const after = await used();
  return {
    rate: megabytes / seconds,
    rendererMs: ((after.renderers - before.renderers) * 1_000) / megabytes,
    browserMs: ((after.all - before.all) * 1_000) / megabytes,
  };
}

try {
  const ada = await open(setupLink);
  await ada.getByLabel("Community name").fill("Bench");
  await fill(ada, "bench", "Create community");
  const ben = await open(origin + (await invite(ada)));
  await fill(ben, "other", "Join");
  for (const page of [ada, ben]) await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const log = (page) => page.getByRole("log", { name: "Messages in #general" });
  const [ups, downs] = [[], []];
  for (let round = 0; round < Number(rounds); round += 1) {
    const chooser = ada.waitForEvent("filechooser");
    await ada.getByRole("button", { name: "Attach files" }).click();
    await (await chooser).setFiles(file);
    const tray = ada.getByRole("list", { name: "Files to send" });
    await tray.getByRole("listitem").waitFor();
    await tray.getByText("Getting it ready…").waitFor({ state: "detached" });
    // What is asked for once, a token for files, is here by now.
    ups.push(
      await measure(async () => {
        await ada.getByRole("button", { name: "Send", exact: true }).click();
        await log(ben).getByRole("group").nth(round).waitFor({ timeout: 300_000 });
      }),
    );
    downs.push(
      await measure(async () => {
        const download = ben.waitForEvent("download", { timeout: 60_000 });
        await log(ben).getByRole("button", { name: /^Save / }).nth(round).click();
        await (await download).path();
      }),
    );
  }
  const of = (rounds, name) => median(rounds.map((round) => round[name]));
  const way = (rounds) => ({ rate: of(rounds, "rate"), rendererMs: of(rounds, "rendererMs"), browserMs: of(rounds, "browserMs") });
  console.log(JSON.stringify({ up: way(ups), down: way(downs) }));
} finally {
  await browser.close();
}
