// The `test` of every story: a relay of its own, and people with browsers of
// their own. What must always hold is looked at after each story: no request
// left for another host, no page broke, and the relay saw no secret word.
import { type Browser, type BrowserContext, type Page, test as base, chromium as engine, expect } from "@playwright/test";
import { chromium } from "./chromium.ts";
import { watchCalls } from "./calls.ts";
import { Relay } from "./relay.ts";
import { tone } from "./tone.ts";

export { expect } from "@playwright/test";

/** One person's browser. */
export interface Person {
  context: BrowserContext;
  page: Page;
}

export interface PersonOptions {
  /** The pitch that this person's microphone hears. Opens a browser program. */
  hertz?: number;
  /** No microphone is plugged in. Opens a browser program. */
  noMicrophone?: boolean;
  /** The film that this person's camera shows. Opens a browser program. */
  camera?: string;
  /** Other sites that this person goes to: their origins. */
  visits?: string[];
  /** Media through TURN only, over this transport only. */
  onlyThrough?: "udp" | "tcp";
  /** Nothing stands between the page and the relay. */
  noServiceWorker?: boolean;
  /** The program is made to stop: that is what the story is about. */
  stops?: boolean;
  /** A screen that is touched. */
  touch?: boolean;
  viewport?: { width: number; height: number };
  colorScheme?: "dark" | "light";
}

interface Stage {
  relay: Relay;
  /** Opens a browser for one more person, on no page yet. */
  person: (options?: PersonOptions) => Promise<Person>;
  /** Words that only members may ever read. Add what the story types. */
  secrets: string[];
}

export const test = base.extend<Stage>({
  relay: async ({}, use, info) => {
    const relay = await Relay.start();
    await use(relay);
    if (info.status !== info.expectedStatus) {
      await info.attach("relay.log", { body: relay.log, contentType: "text/plain" });
    }
    await relay.remove();
  },

  secrets: async ({ relay }, use) => {
    const secrets: string[] = [];
    await use(secrets);
    if (secrets.length > 0) {
      expect(relay.placesWith(secrets), "places where the relay kept what people wrote").toEqual([]);
    }
  },

  person: async ({ relay, browser, viewport }, use) => {
    const browsers: Browser[] = [];
    const contexts: BrowserContext[] = [];
    const strangers: string[] = [];
    const broken: string[] = [];

    await use(async (options = {}) => {
      let own = browser;
      if (options.hertz || options.noMicrophone || options.camera) {
        const microphone = options.hertz ? { tone: tone(options.hertz) } : options.noMicrophone ? "none" : "beeps";
        own = await engine.launch(chromium(microphone, options.camera));
        browsers.push(own);
      }
      const context = await own.newContext({
        baseURL: relay.url,
        viewport: options.viewport ?? viewport,
        hasTouch: options.touch ?? false,
        isMobile: options.touch ?? false,
        colorScheme: options.colorScheme ?? "dark",
        locale: "en-GB",
        serviceWorkers: options.noServiceWorker ? "block" : "allow",
        permissions: ["microphone", "camera", "clipboard-read", "clipboard-write"],
      });
      contexts.push(context);
      context.on("request", (request) => {
        const { host, protocol } = new URL(request.url());
        const known = [relay.url, ...(options.visits ?? [])].map((url) => new URL(url).host);
        if (/^(http|ws)s?:$/.test(protocol) && !known.includes(host)) {
          strangers.push(request.url());
        }
      });
      if (!options.stops) {
        context.on("weberror", (failure) => broken.push(String(failure.error())));
        context.on("console", (line) => {
          if (line.text().startsWith("Parley stopped")) broken.push(line.text());
        });
      }
      await watchCalls(context, options.onlyThrough);
      return { context, page: await context.newPage() };
    });

    for (const context of contexts) await context.close();
    for (const own of browsers) await own.close();
    expect(strangers, "requests to other hosts").toEqual([]);
    expect(broken, "errors that nobody caught").toEqual([]);
  },
});
