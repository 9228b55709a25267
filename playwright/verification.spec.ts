// Two people make sure that nobody is between them, by emoji or by a code, and see a quiet mark from then on.
import type { Locator, Page } from "@playwright/test";
import { ADA, BEN, say, sees, twoMembers } from "./support/acts.ts";
import { accessibilityFaults } from "./support/accessible.ts";
import { film, filmCode } from "./support/camera.ts";
import { type Person, expect, test } from "./support/test.ts";

/** Opens the dialog for somebody, from the column of people. */
async function verify(page: Page, name: string): Promise<Locator> {
  const people = page.getByRole("complementary", { name: "People" });
  await people.getByRole("listitem").filter({ hasText: name }).hover();
  await people.getByRole("button", { name: `Verify ${name}` }).click();
  return page.getByRole("dialog", { name: `Verify ${name}` });
}

/** Ada asks, Ben takes it up; both have emoji before them. */
async function compare(ada: Person, ben: Person): Promise<[Locator, Locator]> {
  const adas = await verify(ada.page, BEN.name);
  await adas.getByRole("button", { name: "Compare emoji" }).click();
  const notice = ben.page.getByText(`${ADA.name} would like to compare emoji with you.`);
  await expect(notice).toBeVisible();
  await expect(ben.page.getByRole("dialog"), "nothing opens by itself").toHaveCount(0);
  await ben.page.getByRole("button", { name: "Compare", exact: true }).click();
  const bens = ben.page.getByRole("dialog", { name: `Verify ${ADA.name}` });
  for (const dialog of [adas, bens]) {
    await expect(dialog.getByRole("list", { name: "Emoji to compare" }).getByRole("listitem")).toHaveCount(7);
  }
  return [adas, bens];
}

async function shown(dialog: Locator): Promise<string[]> {
  return dialog.getByRole("list", { name: "Emoji to compare" }).getByRole("listitem").allInnerTexts();
}

/** Somebody is marked as verified in the column of people. */
async function isMarked(page: Page, name: string): Promise<void> {
  const people = page.getByRole("complementary", { name: "People" });
  const person = people.getByRole("listitem").filter({ hasText: name });
  await expect(person.getByTitle("verified", { exact: true })).toBeVisible();
}

test("two people compare emoji and see each other marked", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const [adas, bens] = await compare(ada, ben);
  expect(await shown(adas)).toEqual(await shown(bens));
  expect(await accessibilityFaults(ada.page)).toEqual([]);
  await adas.getByRole("button", { name: "They match" }).click();
  await expect(adas).toContainText("Waiting for Ben");
  await bens.getByRole("button", { name: "They match" }).click();
  await expect(adas.getByText("Ben is verified", { exact: true })).toBeVisible();
  await expect(bens.getByText("Ada is verified", { exact: true })).toBeVisible();
  await adas.getByRole("button", { name: "Done" }).click();
  await bens.getByRole("button", { name: "Done" }).click();

  await isMarked(ada.page, BEN.name);
  await isMarked(ben.page, ADA.name);
  await say(ben.page, "It is me");
  await sees(ada.page, "It is me");
  const article = ada.page.getByRole("article").filter({ hasText: "It is me" });
  await expect(article.getByTitle("verified", { exact: true })).toBeVisible();
  await ada.page.reload();
  await isMarked(ada.page, BEN.name);
});

test("emoji that differ verify nobody, and say what to do", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const [adas, bens] = await compare(ada, ben);
  await adas.getByRole("button", { name: "They match" }).click();
  await bens.getByRole("button", { name: "They don't match" }).click();
  for (const dialog of [adas, bens]) {
    await expect(dialog.getByRole("alert")).toContainText("is not verified");
  }
  await adas.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(ada.page.getByTitle("verified", { exact: true })).toHaveCount(0);
  await expect(ben.page.getByTitle("verified", { exact: true })).toHaveCount(0);
});

test("who does not want to now says so with one press", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const adas = await verify(ada.page, BEN.name);
  await adas.getByRole("button", { name: "Compare emoji" }).click();
  await ben.page.getByRole("button", { name: "Not now" }).click();
  await expect(adas.getByRole("alert")).toContainText("Ben can't do this right now");
  await expect(ben.page.getByRole("button", { name: "Not now" })).toHaveCount(0);
});

test("one scan of a code verifies both", async ({ relay, person }) => {
  const screen = film();
  const [ada, ben] = [await person(), await person({ camera: screen })];
  await twoMembers(relay, ada.page, ben.page);
  const adas = await verify(ada.page, BEN.name);
  await adas.getByRole("button", { name: "Show my code" }).click();
  await filmCode(adas.getByRole("img", { name: "Code to scan" }), screen);
  const bens = await verify(ben.page, ADA.name);
  await bens.getByRole("button", { name: "Scan Ada's code" }).click();
  await expect(bens.getByText("Ada is verified", { exact: true })).toBeVisible();
  await expect(adas.getByText("Ben is verified", { exact: true })).toBeVisible();
  await isMarked(ada.page, BEN.name);
  await isMarked(ben.page, ADA.name);
});
