// Devices and members come and go: what they keep, and what they lose.
import { ADA, BEN, allSent, composer, invite, join, say, sees, setUp, signIn, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

test("signing out forgets everything here; name and password bring it back", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "Said before signing out");
  await sees(ben.page, "Said before signing out");
  await sees(ada.page, "Said before signing out");

  await ada.page.getByRole("button", { name: "Settings" }).click();
  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await ada.page.getByRole("dialog", { name: "Sign out?" }).getByRole("button", { name: "Sign out" }).click();
  await expect(ada.page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  const kept = await ada.page.evaluate(async () => {
    const open = indexedDB.open("parley");
    await new Promise((done) => (open.onsuccess = done));
    const count = open.result.transaction("records").objectStore("records").count();
    await new Promise((done) => (count.onsuccess = done));
    open.result.close();
    return count.result;
  });
  expect(kept).toBe(0);

  await signIn(ada.page, ADA);
  await expect(composer(ada.page)).toBeVisible({ timeout: 45_000 });
  await sees(ada.page, "Said before signing out");
  await say(ada.page, "Back again");
  await sees(ben.page, "Back again");
});

test("a session that ended asks for the password, and the device goes on", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  await say(page, "Written in the first session");
  await allSent(page);
  // Somebody ends the session from elsewhere: the page itself is not asked.
  await page.evaluate(() => fetch("/auth/logout", { method: "POST" }));
  await expect(page.getByLabel("Your name")).toHaveValue(ADA.name);
  await page.getByLabel("Password", { exact: true }).fill(ADA.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await sees(page, "Written in the first session");
  await say(page, "Written in the second session");
  await sees(page, "Written in the second session");
  await allSent(page);
  await page.getByRole("button", { name: "Encrypted" }).click();
  await expect(page.getByRole("dialog").getByText("this browser")).toHaveCount(1);
});

test("pressing reload again and again signs nobody out", async ({ relay, person }) => {
  const { page } = await person();
  await setUp(relay, page);
  for (let times = 0; times < 20; times++) {
    // The worst moment: the answer to the refresh is on its way, and will not arrive.
    const asked = page.waitForRequest("**/auth/refresh");
    await page.reload({ waitUntil: "commit" });
    await asked;
  }
  await expect(composer(page)).toBeVisible();
  await say(page, "Still signed in");
  await sees(page, "Still signed in");
  await allSent(page);
});

test("somebody removed is told, and reads nothing new", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "While Ben is here");
  await sees(ben.page, "While Ben is here");

  await ada.page.getByRole("button", { name: `Remove ${BEN.name}` }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: `Remove ${BEN.name}` }).click();
  await expect(ben.page.getByText("You are no longer a member here")).toBeVisible();
  await say(ada.page, "Now that Ben is gone");
  await sees(ada.page, "Now that Ben is gone");
  await allSent(ada.page);
  await sees(ben.page, "While Ben is here");
  await ben.page.reload();
  await expect(ben.page.getByText("You are no longer a member here")).toBeVisible();
  await sees(ben.page, "While Ben is here");
  await expect(ben.page.getByText("Now that Ben is gone")).toHaveCount(0);
});

test("a new channel appears with everybody, and what is written there arrives", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await setUp(relay, ada.page);
  await join(ben.page, await invite(ada.page));
  await ada.page.getByRole("button", { name: "Make a text channel" }).click();
  await ada.page.getByRole("dialog").getByLabel("Name").fill("garden");
  await ada.page.getByRole("dialog").getByRole("button", { name: /Make/ }).click();
  await expect(composer(ada.page, "garden")).toBeVisible();
  await say(ada.page, "The beans are up", "garden");
  await ben.page.getByRole("button", { name: /garden/ }).click();
  await sees(ben.page, "The beans are up", "garden");
});
