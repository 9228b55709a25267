// What a page must not give away: the secret of a link once it was used, and a way to make HTML of text.
import type { BrowserContext, Page } from "@playwright/test";
import { COMMUNITY, composer, invite, join, say, sees, setUp } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** Everything that going back and forth, a reload or a look at the history can find. */
async function traces(context: BrowserContext, page: Page): Promise<string> {
  const tools = await context.newCDPSession(page);
  const { entries } = await tools.send("Page.getNavigationHistory");
  const inPage = await page.evaluate(() =>
    JSON.stringify([location.href, history.state, document.title, document.referrer, { ...sessionStorage }, { ...localStorage }]),
  );
  return JSON.stringify(entries.map(({ url, title }) => [url, title])) + inPage;
}

test("the secrets of links are out of sight at once, and gone when they were used", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  const setupLink = await relay.setupLink();
  const setupSecret = setupLink.split("#").at(-1) ?? "";
  expect(setupSecret.length).toBeGreaterThan(10);
  await ada.page.goto(setupLink);
  await expect(ada.page.getByLabel("Community name")).toBeVisible();
  expect(ada.page.url()).not.toContain(setupSecret);
  await ada.page.reload();
  await expect(ada.page.getByLabel("Community name"), "a reload before the use still works").toBeVisible();
  await setUp(relay, ada.page);
  expect(await traces(ada.context, ada.page)).not.toContain(setupSecret);

  const link = await invite(ada.page);
  const secret = link.split("#").at(-1) ?? "";
  await ben.page.goto("/login");
  await join(ben.page, link);
  expect(await traces(ben.context, ben.page)).not.toContain(secret);
  await ben.page.goBack();
  await expect(composer(ben.page)).toBeVisible();
  await ben.page.goForward();
  await expect(composer(ben.page)).toBeVisible();
  expect(await traces(ben.context, ben.page)).not.toContain(secret);

  // A member who opens an invite again keeps nothing of it either.
  await ben.page.goto(link);
  await expect(composer(ben.page)).toBeVisible();
  expect(await traces(ben.context, ben.page)).not.toContain(secret);
});

test("no HTML but the app's own templates, and no script but its own, can be set", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await say(page, "<img src=x onerror=alert(1)>");
  await sees(page, "<img src=x onerror=alert(1)>");
  const taken = await page.evaluate(() => {
    const tries = [
      "<script>1</script>",
      "<img src=x onerror=alert(1)>",
      '<img src="x" onerror="alert(1)">',
      '<a href="javascript:alert(1)">x</a>',
      '<a href="//elsewhere.example">x</a>',
      '<iframe srcdoc="x"></iframe>',
      "<svg><style>x</style></svg>",
      '<svg><use href="/x"></use></svg>',
      "<svg onload=alert(1)>",
      '<form action="/auth/logout"><button>x</button></form>',
      '<p style="position:fixed">x</p>',
      '<div class="a" onclick="alert(1)">x</div>',
      "<div class='a'>x</div>",
      "<div class=\"a\"\nonclick=alert(1)>x</div>",
      "<!--x--><script>1</script>",
      "<template><img></template>",
      "<p>x</p><",
      '<meta http-equiv="refresh" content="0;url=/">',
      "<base href='//elsewhere.example'>",
      "<math><mtext></mtext></math>",
    ];
    const passes = (html: string) => {
      try {
        document.createElement("template").innerHTML = html;
        return true;
      } catch {
        return false;
      }
    };
    return tries.filter(passes);
  });
  expect(taken).toEqual([]);
  const scripts = await page.evaluate(() =>
    ["/boot.js", "https://elsewhere.example/worker.js", "/api.js", "data:text/javascript,1"].filter((address) => {
      try {
        new Worker(address).terminate();
        return true;
      } catch {
        return false;
      }
    }),
  );
  expect(scripts).toEqual([]);
  await expect(page.getByRole("navigation", { name: "Channels" })).toContainText(COMMUNITY);
});
