// A page at rest: nothing moves on it.
import { type Page, expect } from "@playwright/test";

/** What runs on the page now: CSS animations, transitions, and those made by script. */
export async function animations(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter((animation) => animation.playState === "running")
      .map((animation) => {
        const target = (animation.effect as KeyframeEffect | null)?.target;
        return `${(animation as CSSAnimation).animationName ?? "transition"} on ${target?.className}`;
      }),
  );
}

/** Fails if something still moves when the page has had time to come to rest. */
export async function expectRest(page: Page, where: string): Promise<void> {
  await expect.poll(() => animations(page), { message: `what moves: ${where}`, timeout: 3_000 }).toEqual([]);
  const later = await page.evaluate(async () => {
    const seen = new Set<string>();
    for (let frame = 0; frame < 30; frame += 1) {
      await new Promise(requestAnimationFrame);
      for (const one of document.getAnimations()) if (one.playState === "running") seen.add(String(one));
    }
    return [...seen];
  });
  expect(later, `what moves later: ${where}`).toEqual([]);
}
