// Signing in at a company's identity provider: it says who somebody is, and opens nothing that was written.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { randomUUID } from "node:crypto";
import type { APIResponse, BrowserContext, Page } from "@playwright/test";
import { composer, invite, say, sees, setUp } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { Company } from "./support/provider.ts";
import { Relay } from "./support/relay.ts";
import { expect, test as base } from "./support/test.ts";

interface Stage {
  /** The relay's configuration file. */
  file: string;
  acme: Company;
  globex: Company;
}

const test = base.extend<Stage>({
  file: async ({}, use) => {
    const file = path(tmpdir(), `parley-${randomUUID()}.toml`);
    writeFileSync(file, "");
    await use(file);
  },
  relay: async ({ file }, use) => {
    const relay = await Relay.start([`--config=${file}`]);
    await use(relay);
    await relay.remove();
  },
  acme: async ({ relay }, use) => {
    const company = await Company.open("acme", "Acme", relay.url);
    await use(company);
    company.close();
  },
  globex: async ({ relay }, use) => {
    const company = await Company.open("globex", "Globex", relay.url);
    await use(company);
    company.close();
  },
});

/** Ada sets the community up, and the operator lets people of both companies in. */
async function configure({ relay, file, acme, globex }: Stage & { relay: Relay }, ada: Page): Promise<void> {
  await setUp(relay, ada);
  const link = await invite(ada);
  writeFileSync(file, acme.table(link) + globex.table());
  await relay.restart();
}

/** Joins by way of Acme. Gives the recovery key. */
async function joinByAcme(page: Page, acme: Company, login: string): Promise<string> {
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
  await acme.signIn(page, login);
  await expect(page.getByLabel("Your name")).toHaveValue(login);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("heading", { name: "Your recovery key" })).toBeVisible();
  const key = await page.locator("code.recovery-key").innerText();
  await page.getByLabel("I put it somewhere safe").check();
  await page.getByRole("button", { name: "Join" }).click();
  await expect(composer(page)).toBeVisible({ timeout: 45_000 });
  return key;
}

test("the first sign-in makes the account, and the next one asks for the recovery key", async ({
  relay, person, secrets, file, acme, globex,
}) => {
  secrets.push("From the works");
  const ada = await person();
  await configure({ relay, file, acme, globex }, ada.page);
  const cleo = await person({ visits: [acme.issuer] });
  const key = await joinByAcme(cleo.page, acme, "cleo");
  expect(new URL(cleo.page.url()).hash, "no ticket is left in the address").toBe("");
  await say(cleo.page, "From the works");
  await sees(ada.page, "From the works");

  const again = await person({ visits: [acme.issuer] });
  await again.page.goto("/login");
  await again.page.getByRole("button", { name: "Sign in with Acme" }).click();
  await acme.signIn(again.page, "cleo");
  await expect(again.page.getByRole("heading", { name: "Open your messages" })).toBeVisible();
  expect(await accessibilityFaults(again.page)).toEqual([]);
  const field = again.page.getByLabel("Recovery key", { exact: true });
  await field.fill("0000-0000");
  await again.page.getByRole("button", { name: "Open with the recovery key" }).click();
  await expect(again.page.getByText(/recovery key/i).first()).toBeVisible();
  await field.fill(key.toLowerCase().replaceAll("-", " "));
  await again.page.getByRole("button", { name: "Open with the recovery key" }).click();
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
  await sees(again.page, "From the works");
});

test("who cancels, or is of a company without an invite, is told and not let in", async ({
  relay, person, file, acme, globex,
}) => {
  const ada = await person();
  await configure({ relay, file, acme, globex }, ada.page);
  const { page } = await person({ visits: [acme.issuer, globex.issuer] });
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("You were not signed in there.")).toBeVisible();
  await page.getByRole("button", { name: "Sign in with Globex" }).click();
  await globex.signIn(page, "cleo");
  await expect(page.getByText("Ask a member for an invite link.")).toBeVisible();
});

test("nobody is signed in by a stolen, changed or repeated step", async ({ relay, person, file, acme, globex }) => {
  const ada = await person();
  await configure({ relay, file, acme, globex }, ada.page);
  const [{ context }, { context: thief }] = [await person(), await person()];
  const finish = (at: BrowserContext, ticket: string): Promise<APIResponse> =>
    at.request.post("/auth/oidc/finish", { data: { ticket } });

  // The way there names this relay alone, whatever is added to it.
  const start = await ask(context, "/auth/oidc/acme/start?redirect_uri=https://evil.example&next=//evil.example");
  const there = new URL(leadsTo(start));
  expect(there.origin).toBe(acme.issuer);
  expect(there.searchParams.get("redirect_uri")).toBe(`${relay.url}/auth/oidc/callback`);
  expect(there.searchParams.get("code_challenge_method")).toBe("S256");
  expect((await ask(context, "/auth/oidc/nobody/start")).status()).toBe(404);

  let back = await wayBack(context, relay, "cleo");
  expect(leadsTo(await ask(thief, back.href)), "in another browser").toBe("/login#oidc-problem=expired");
  for (const [name, value, why] of [
    ["state", "another", "with another state"],
    ["iss", globex.issuer, "of another provider"],
  ] as const) {
    back = await wayBack(context, relay, "cleo");
    back.searchParams.set(name, value);
    expect(leadsTo(await ask(context, back.href)), why).toBe("/login#oidc-problem=expired");
  }
  back = await wayBack(context, relay, "cleo");
  back.searchParams.set("code", "made-up");
  expect(leadsTo(await ask(context, back.href)), "with a code that was made up").toBe("/login#oidc-problem=provider");

  // The same step twice, and tickets that are taken along or used twice.
  back = await wayBack(context, relay, "cleo");
  const arrived = leadsTo(await ask(context, back.href));
  expect(arrived).toMatch(/^\/login#oidc=[\w-]+$/);
  expect(leadsTo(await ask(context, back.href)), "the same step again").toBe("/login#oidc-problem=expired");

  const second = leadsTo(await ask(context, (await wayBack(context, relay, "cleo")).href)).split("=")[1] ?? "";
  expect((await finish(thief, second)).status(), "a ticket in another browser").toBe(401);
  const welcome = await finish(context, second);
  expect(Object.keys(await welcome.json())).toEqual(["newcomer"]);
  expect((await finish(context, second)).status(), "a ticket for the second time").toBe(401);
});

function ask(at: BrowserContext, address: string): Promise<APIResponse> {
  return at.request.get(address, { maxRedirects: 0 });
}

function leadsTo(answer: APIResponse): string {
  return answer.headers()["location"] ?? "";
}

/** Signs in at Acme without a page. Gives the address with which it sends the browser back, not yet opened. */
async function wayBack(at: BrowserContext, relay: Relay, login: string): Promise<URL> {
  let address = new URL("/auth/oidc/acme/start", relay.url);
  for (let step = 0; step < 10; step += 1) {
    const isForm = address.pathname.startsWith("/interaction/");
    const answer = isForm
      ? await at.request.post(address.href, { form: { login }, maxRedirects: 0 })
      : await ask(at, address.href);
    address = new URL(leadsTo(answer), address);
    if (address.pathname === "/auth/oidc/callback") return address;
  }
  throw new Error(`the provider does not lead back, but to ${address.href}`);
}
