// Encryption health: what could not be read and why, and a report without secrets.
import { ADA, BEN, COMMUNITY, allSent, openSettings, say, sees, twoMembers } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

test("it says how things are, and makes a report with no name, text or key in it", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "A word that stays here");
  await sees(ben.page, "A word that stays here");
  await allSent(ada.page);
  const health = await openSettings(ada.page, "Encryption health");
  await expect(health.getByText("The one message here can be read.")).toBeVisible();
  await expect(health.getByText(/The browser (promised|may throw)/)).toBeVisible();
  await expect(health.getByText(/of .* in use/)).toBeVisible();
  await health.getByRole("button", { name: "Make a report" }).click();
  const report = await health.getByLabel("Report", { exact: true }).innerText();
  expect(report).toContain("messages readable: 1");
  for (const secret of [ADA.name, BEN.name, COMMUNITY, "general", "A word", ADA.password, relay.url]) {
    expect(report).not.toContain(secret);
  }
  await health.getByRole("button", { name: "Copy report" }).click();
  await expect.poll(() => ada.page.evaluate(() => navigator.clipboard.readText())).toBe(report);
  const saved = ada.page.waitForEvent("download");
  await health.getByRole("button", { name: "Save report" }).click();
  expect((await saved).suggestedFilename()).toBe("parley-report.txt");
});

test("it follows what happens while it is open", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const health = await openSettings(ada.page, "Encryption health");
  await expect(health.getByText("Nothing was written here yet.")).toBeVisible();
  await health.getByRole("button", { name: "Make a report" }).click();
  const copy = health.getByRole("button", { name: "Copy report" });
  await copy.focus();
  await say(ben.page, "The first");
  await expect(health.getByText("The one message here can be read.")).toBeVisible();
  await say(ben.page, "The second");
  await expect(health.getByText("All 2 messages here can be read.")).toBeVisible();
  await expect(health.getByText("Every key that is here is in it.")).toBeVisible();
  await expect(copy, "what somebody is at stays").toBeFocused();
});
