// How the stories run: the system's Chromium against the relay program that
// `cargo xtask test` has built. No browser is downloaded.
import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  // A story that needs a second try has a fault that a person would meet too.
  retries: 0,
  forbidOnly: true,
  // One at a time: stories hear, see and measure time, and what runs beside them would be heard.
  workers: Number(process.env.PARLEY_WORKERS ?? 1),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "report/results.json" }]],
  use: {
    launchOptions: chromium(),
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    // PARLEY_TRACE keeps one of each story that failed. With them the stories take nearly half as long again.
    trace: process.env.PARLEY_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
  },
});
