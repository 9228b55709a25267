// A long conversation: only what is around the reader is on the page, nothing jumps, and every place in it can be
// reached by wheel, by key and by button.
import type { Page } from "@playwright/test";
import {
  ADA, allSent, makeChannel, messages, openChannel, say, sees, setUp, twoMembers,
} from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

const LINES = 400;

async function write(page: Page, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n += 1) await say(page, `Line number ${n}.`);
  await sees(page, `Line number ${to}.`);
  await allSent(page);
}

/**
 * Scrolls in small steps as far as it goes that way. Gives what moved by itself, the most elements the page had, the
 * longest frame in milliseconds, and how many lines were taken out and put back.
 */
async function scrollThrough(
  page: Page,
  up: boolean,
): Promise<{ jumps: string[]; most: number; slowest: number; reinserted: number }> {
  return messages(page).evaluate(async (list, up) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const articles = () => [...list.querySelectorAll("article")];
    const jumps: string[] = [];
    const gone = new WeakSet<Node>();
    let [most, slowest, still, reinserted] = [0, 0, 0, 0];
    const observer = new MutationObserver((changes) => {
      for (const change of changes) {
        reinserted += [...change.addedNodes].filter((node) => gone.has(node)).length;
        change.removedNodes.forEach((node) => gone.add(node));
      }
    });
    observer.observe(list, { childList: true, subtree: true });
    for (let step = 0; step < 2_000 && still < 8; step += 1) {
      const view = list.getBoundingClientRect();
      const before = list.scrollTop;
      list.scrollTop += up ? -250 : 250;
      still = Math.abs(list.scrollTop - before) < 1 ? still + 1 : 0;
      const seen = articles()
        .filter((it) => it.getBoundingClientRect().bottom > view.top && it.getBoundingClientRect().top < view.bottom)
        .map((it) => [it.textContent, it.getBoundingClientRect().top] as const);
      const begun = performance.now();
      await frame();
      await frame();
      slowest = Math.max(slowest, (performance.now() - begun) / 2);
      for (const [text, top] of seen) {
        const now = articles().find((it) => it.textContent === text)?.getBoundingClientRect().top;
        if (now === undefined || Math.abs(now - top) > 1.5) jumps.push(`${text}: ${top} to ${now}`);
      }
      most = Math.max(most, document.querySelectorAll("*").length);
    }
    observer.disconnect();
    return { jumps, most, slowest, reinserted };
  }, up);
}

test("a long conversation is never all on the page, and nothing jumps on the way through it", async ({ relay, person }, info) => {
  test.setTimeout(240_000);
  const { page } = await person();
  await setUp(relay, page);
  await write(page, 1, LINES);
  expect(await messages(page).getByRole("article").count()).toBeLessThanOrEqual(160);

  const up = await scrollThrough(page, true);
  expect(up.jumps).toEqual([]);
  await sees(page, "Line number 1.");
  await expect(page.getByRole("heading", { name: /This is the beginning of/ })).toBeVisible();
  const down = await scrollThrough(page, false);
  expect(down.jumps).toEqual([]);
  // A line that stays is not laid out anew, and keeps its focus.
  expect([up.reinserted, down.reinserted]).toEqual([0, 0]);
  await sees(page, `Line number ${LINES}.`);
  info.annotations.push({ type: "elements", description: `${up.most}, ${down.most}` });
  info.annotations.push({ type: "slowest frame", description: `${up.slowest.toFixed(1)}, ${down.slowest.toFixed(1)} ms` });
  expect(Math.max(up.most, down.most)).toBeLessThan(3_500);

  // By keys, and by the button.
  await messages(page).press("Home");
  await expect(messages(page).getByText("Line number 1.", { exact: true })).toBeInViewport();
  await messages(page).press("PageDown");
  await messages(page).press("End");
  await expect(messages(page).getByText(`Line number ${LINES}.`, { exact: true })).toBeInViewport();
  await messages(page).press("Home");
  await expect(messages(page).getByText(`Line number ${LINES}.`, { exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Jump to newest" }).click();
  await expect(messages(page).getByText(`Line number ${LINES}.`, { exact: true })).toBeInViewport();
  await expect(page.getByRole("button", { name: "Jump to newest" })).toBeHidden();

  // What is written while reading further up is seen.
  await messages(page).press("Home");
  await expect(messages(page).getByText("Line number 1.", { exact: true })).toBeInViewport();
  await say(page, "Back at the end");
  await expect(messages(page).getByText("Back at the end", { exact: true })).toBeInViewport();

  // Another channel opens at its own end, however far up one had read here.
  await makeChannel(page, "pier");
  const boats = Array.from({ length: 40 }, (_, n) => `- boat ${n + 1}`).join("\n");
  await say(page, boats, "pier");
  await expect(messages(page, "pier").getByText("boat 40", { exact: true })).toBeInViewport();
  await openChannel(page, "general");
  await messages(page).press("Home");
  await expect(messages(page).getByText("Line number 1.", { exact: true })).toBeInViewport();
  await openChannel(page, "pier");
  await expect(messages(page, "pier").getByText("boat 40", { exact: true })).toBeInViewport();
  await openChannel(page, "general");
  await expect(messages(page).getByText("Back at the end", { exact: true })).toBeInViewport();
});

test("what was not read is led to, and what others write moves nobody", async ({ relay, person }) => {
  test.setTimeout(240_000);
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  await say(ada.page, "Read by both");
  await sees(ben.page, "Read by both");
  await allSent(ada.page);
  await ben.page.close();
  await write(ada.page, 1, 200);

  const page = await ben.context.newPage();
  await page.goto("/");
  await sees(page, "Line number 200.");
  await expect(messages(page).getByText("Line number 200.", { exact: true })).toBeInViewport();
  await page.getByRole("button", { name: "Jump to first unread" }).click();
  await expect(messages(page).getByRole("separator").filter({ hasText: "New" })).toBeInViewport();
  const first = messages(page).getByRole("article").filter({ hasText: /Line number 1\./ });
  await expect(first).toBeFocused();
  await expect(first).toBeInViewport();
  await expect(page.getByRole("button", { name: "Jump to first unread" })).toBeHidden();

  const before = await first.boundingBox();
  for (let n = 0; n < 5; n += 1) await say(ada.page, `And another ${n}`);
  await allSent(ada.page);
  await expect(page.getByRole("status").filter({ hasText: "And another 4" })).toHaveCount(0);
  expect((await first.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
  await page.getByRole("button", { name: "Jump to newest" }).click();
  await expect(messages(page).getByText("And another 4", { exact: true })).toBeInViewport();

  // New messages are said aloud; the list itself is not a live region.
  await say(ada.page, "Can you hear me?");
  await expect(page.getByRole("status").filter({ hasText: `${ADA.name}: Can you hear me?` })).toHaveCount(1);
  await expect(messages(page)).toHaveAttribute("aria-live", "off");
});
