// What does not work says why, in words, and loses nothing.
import { ADA, BEN, composer, fillJoin, invite, join, say, setUp, signIn } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

/** Letters of the longest message. */
const MOST = 32 * 1024;
const TOO_MUCH = "That is too much for one message: about 16 pages fit.";

test("a wrong password is told at its field, and the right one works", async ({ relay, person }) => {
  const [ada, other] = [await person(), await person()];
  await setUp(relay, ada.page);
  await signIn(other.page, { ...ADA, password: "not the password" });
  await expect(other.page.getByText("That name and password don't go together.")).toBeVisible({ timeout: 45_000 });
  await other.page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await other.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(composer(other.page)).toBeVisible({ timeout: 45_000 });
});

test("an invite for one person lets in one person", async ({ relay, person }) => {
  const [ada, ben, cyd] = [await person(), await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page, "1 person");
  await join(ben.page, link);
  await cyd.page.goto(link);
  await expect(cyd.page.getByText("This invite was used already")).toBeVisible();
  await expect(cyd.page.getByText("Ask whoever sent it for a new one.")).toBeVisible();
});

test("half a link, and a link for another community, are told apart", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  await ben.page.goto(link.slice(0, -20));
  await expect(ben.page.getByText("Part of this link is missing")).toBeVisible();
  const [address, fragment] = link.split("#") as [string, string];
  const [id, , secret] = fragment.split(".") as [string, string, string];
  await ben.page.goto("about:blank");
  await ben.page.goto(`${address}#${id}.${"A".repeat(43)}.${secret}`);
  await expect(ben.page.getByText("This invite is for another community")).toBeVisible();
});

test("a name that is taken asks for another one", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  await fillJoin(ben.page, link, { ...BEN, name: "ada" });
  await expect(ben.page.getByText("Somebody here has that name already. Try another one.")).toBeVisible({ timeout: 45_000 });
  await ben.page.getByLabel("Your name").fill(BEN.name);
  await ben.page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(composer(ben.page)).toBeVisible({ timeout: 45_000 });
});

test("the set-up link works once", async ({ relay, person }) => {
  const [ada, eve] = [await person(), await person()];
  const link = await relay.setupLink();
  await setUp(relay, ada.page);
  await eve.page.goto(link);
  await expect(eve.page.getByText("This community is set up already")).toBeVisible();
});

test("a message that is too long is not lost", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await composer(page).fill("long ".repeat(MOST / 5).trim());
  const long = `${"long ".repeat(MOST / 5)}and longer`;
  await say(page, long);
  await expect(page.getByText("It is too long for one message. Split it in two.")).toBeVisible();
  await expect(composer(page)).toHaveValue(long);

  // What is dropped in from elsewhere, and not typed, is refused at once: laying it out would stop the page.
  await composer(page).fill("typed");
  await composer(page).fill("dropped ".repeat(MOST));
  await expect(page.getByText(TOO_MUCH)).toBeVisible();
  await expect(composer(page)).toHaveValue("typed");
});

test("requests from pages of other origins are refused", async ({ relay }) => {
  const answer = await fetch(`${relay.url}/auth/refresh`, { method: "POST", headers: { Origin: "https://elsewhere.example" } });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: "foreign_origin" });
});
