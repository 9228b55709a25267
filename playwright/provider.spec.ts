// Signing in at a company's identity provider: it says who somebody is, and opens nothing that was written.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { hkdfSync, randomUUID } from "node:crypto";
import type { APIResponse, BrowserContext, Page } from "@playwright/test";
import { ADA, composer, invite, makeRecoveryKey, openSettings, say, sees, setUp, signIn } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { Company } from "./support/provider.ts";
import { Relay } from "./support/relay.ts";
import { expect, test as base } from "./support/test.ts";

const CLEO = { name: "cleo", password: "four tall masts in fog" };

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

test("who came by a provider proves with the recovery key, and sets a password", async ({
  relay, person, file, acme, globex,
}) => {
  const ada = await person();
  await configure({ relay, file, acme, globex }, ada.page);
  const { page } = await person({ visits: [acme.issuer] });
  const key = await joinByAcme(page, acme, "cleo");
  let settings = await openSettings(page, "Security");
  await settings.getByRole("button", { name: "Set up a second step" }).click();
  const step = page.getByRole("dialog", { name: "Second step" });
  await expect(step.getByLabel(/password/)).toHaveCount(0);
  await step.getByLabel("Your recovery key", { exact: true }).fill("cleo's own words");
  await step.getByRole("button", { name: "Go on" }).click();
  await expect(step.getByText("That is not a whole recovery key")).toBeVisible();
  await step.getByLabel("Your recovery key", { exact: true }).fill(key);
  await step.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("img", { name: "QR code for an authenticator app" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");

  // Without another way in, the provider stays.
  settings = await openSettings(page, "Account");
  await settings.getByRole("button", { name: "Set a password" }).click();
  const dialog = page.getByRole("dialog", { name: "Set a password" });
  await dialog.getByLabel("Your recovery key", { exact: true }).fill(key);
  await dialog.getByLabel("New password", { exact: true }).fill(CLEO.password);
  await dialog.getByLabel("New password again", { exact: true }).fill(CLEO.password);
  await dialog.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("Your password was changed")).toBeVisible({ timeout: 45_000 });
  const again = await person();
  await signIn(again.page, CLEO);
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
});

test("a member links a provider, signs in by it, and unlinks it", async ({ relay, person, secrets, file, acme, globex }) => {
  secrets.push("Written by Ada");
  const ada = await person({ visits: [acme.issuer] });
  await configure({ relay, file, acme, globex }, ada.page);
  await ada.page.reload();
  await say(ada.page, "Written by Ada");
  const key = await makeRecoveryKey(ada.page);
  await openSettings(ada.page, "Security");
  const list = ada.page.getByRole("list", { name: "Accounts elsewhere" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await list.getByRole("button", { name: "Link Acme" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Link Acme" });
  await dialog.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await dialog.getByRole("button", { name: "Go there" }).click();
  await acme.signIn(ada.page, "ada.l");
  await expect(ada.page.getByText("Linked. From now on it signs you in.")).toBeVisible({ timeout: 45_000 });
  expect(new URL(ada.page.url()).hash, "no ticket is left in the address").toBe("");
  await expect(list.getByRole("button", { name: "Unlink Acme" })).toBeVisible();
  expect(await accessibilityFaults(ada.page)).toEqual([]);

  const again = await person({ visits: [acme.issuer] });
  const byAcme = async (): Promise<void> => {
    await again.page.goto("/login");
    await again.page.getByRole("button", { name: "Sign in with Acme" }).click();
  };
  await byAcme();
  await acme.signIn(again.page, "ada.l");
  await again.page.getByLabel("Recovery key", { exact: true }).fill(key);
  await again.page.getByRole("button", { name: "Open with the recovery key" }).click();
  await sees(again.page, "Written by Ada");

  // Its session ends: the provider signs in again, and the vault can wait.
  await again.page.evaluate(() => fetch("/auth/logout", { method: "POST" }));
  await again.page.getByRole("button", { name: "Sign in with Acme" }).click();
  await expect(again.page.getByRole("heading", { name: "Open your messages" })).toBeVisible();
  await again.page.getByRole("button", { name: "Not now" }).click();
  await sees(again.page, "Written by Ada");

  await list.getByRole("button", { name: "Unlink Acme" }).click();
  const unlink = ada.page.getByRole("dialog", { name: "Unlink Acme?" });
  await unlink.getByLabel(/^Your password( or recovery key)?$/).fill(ADA.password);
  await unlink.getByRole("button", { name: "Unlink it" }).click();
  await expect(ada.page.getByText("It signs you in no longer")).toBeVisible({ timeout: 45_000 });
  const stranger = await person({ visits: [acme.issuer] });
  await stranger.page.goto("/login");
  await stranger.page.getByRole("button", { name: "Sign in with Acme" }).click();
  await acme.signIn(stranger.page, "ada.l");
  await expect(stranger.page.getByLabel("Your name")).toBeVisible();
});

test("nobody is linked to an account that is not theirs", async ({ relay, person, file, acme, globex }) => {
  const ada = await person();
  await configure({ relay, file, acme, globex }, ada.page);
  await ada.page.reload();
  const mallory = await person({ visits: [acme.issuer] });
  const key = await joinByAcme(mallory.page, acme, "mallory");
  const adas = await tokenOf(ada.context);
  const hers = await tokenOf(mallory.context);
  const proof = { recovery_secret: recoverySecret(key) };
  const begin = (at: BrowserContext, token: string, what: object): Promise<APIResponse> =>
    post(at, "/auth/oidc/link/start", token, what);
  const finish = (at: BrowserContext, token: string, ticket: string): Promise<APIResponse> =>
    post(at, "/auth/oidc/link/finish", token, { ticket });
  const linked = async (at: BrowserContext, token: string): Promise<string[]> =>
    (await (await at.request.get("/auth/oidc/linked", { headers: bearer(token) })).json()).providers;

  // Mallory has Ada's token, and not what proves that she is Ada.
  expect((await begin(mallory.context, adas, { proof, provider: "globex" })).status()).toBe(401);
  // She goes to Globex for herself, and carries what she brings back to Ada's account.
  const there = async (): Promise<URL> => {
    const began = await begin(mallory.context, hers, { proof, provider: "globex" });
    return followed(mallory.context, relay, new URL((await began.json()).address), "mallory");
  };
  let ticket = ticketIn(await ask(mallory.context, (await there()).href));
  expect((await finish(mallory.context, adas, ticket)).status(), "with Ada's token").toBe(401);
  ticket = ticketIn(await ask(mallory.context, (await there()).href));
  expect((await finish(ada.context, adas, ticket)).status(), "in Ada's browser").toBe(401);
  ticket = ticketIn(await ask(mallory.context, (await there()).href));
  const signIn = await mallory.context.request.post("/auth/oidc/finish", { data: { ticket } });
  expect(signIn.status(), "to sign in").toBe(401);
  // Ada's browser is led to where Mallory's trip ends.
  expect(leadsTo(await ask(ada.context, (await there()).href))).toBe("/login#oidc-problem=expired");
  expect(await linked(ada.context, adas)).toEqual([]);
  // A person of a provider is one member, and a member one person there.
  ticket = ticketIn(await ask(mallory.context, (await there()).href));
  expect((await finish(mallory.context, hers, ticket)).status()).toBe(204);
  expect((await linked(mallory.context, hers)).sort()).toEqual(["acme", "globex"]);
  // Without a password or another account elsewhere, her recovery key is the way in that is left.
  for (const provider of ["globex", "acme"]) {
    expect((await post(mallory.context, "/auth/oidc/unlink", hers, { proof, provider })).status()).toBe(204);
  }
  const last = { proof, put: [], remove: [{ kind: "recovery", id: "" }] };
  expect((await post(mallory.context, "/auth/wraps", hers, last)).status(), "the last way in").toBe(403);
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
  return followed(at, relay, new URL("/auth/oidc/acme/start", relay.url), login);
}

/** The same from an address on the way there. */
async function followed(at: BrowserContext, relay: Relay, from: URL, login: string): Promise<URL> {
  let address = from;
  for (let step = 0; step < 10; step += 1) {
    const isForm = address.pathname.startsWith("/interaction/");
    const answer = isForm
      ? await at.request.post(address.href, { form: { login }, maxRedirects: 0 })
      : await ask(at, address.href);
    address = new URL(leadsTo(answer), address);
    if (address.origin === relay.url && address.pathname === "/auth/oidc/callback") return address;
  }
  throw new Error(`the provider does not lead back, but to ${address.href}`);
}

function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

function post(at: BrowserContext, path: string, token: string, data: object): Promise<APIResponse> {
  return at.request.post(path, { data, headers: bearer(token) });
}

/** An access token of whoever is signed in. */
async function tokenOf(at: BrowserContext): Promise<string> {
  return (await (await at.request.post("/auth/refresh")).json()).access_token;
}

function ticketIn(answer: APIResponse): string {
  return /^\/#oidc-link=([\w-]+)$/.exec(leadsTo(answer))?.[1] ?? "";
}

/** What a recovery key gives for the relay: its first 256 of 260 bits by HKDF. */
function recoverySecret(key: string): string {
  const letters = [...key.replaceAll(/[-\s]/g, "")];
  const bits = letters.map((letter) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.join("").match(/.{8}/g)!.slice(0, 32);
  const secret = Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
  return Buffer.from(hkdfSync("sha256", secret, "", "parley recovery login 1", 32)).toString("base64url");
}
