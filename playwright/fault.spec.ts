// A fault of the program itself: it cannot go on, and says so instead of standing still.
import { composer, say, sees, setUp } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

for (const how of ["in an event", "in something awaited"]) {
  test(`a fault ${how} is said over what is open, and one starts again`, async ({ relay, person }) => {
    const { page } = await person({ stops: true });
    await setUp(relay, page);
    await say(page, "Said before the fault");
    await sees(page, "Said before the fault");
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();

    await page.evaluate((awaited) => {
      // The smallest module whose only function traps (`unreachable`).
      const code = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 97, 0, 0, 10, 5, 1, 3, 0, 0, 11];
      const { a: trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports as { a(): void };
      if (awaited) void Promise.resolve().then(trap);
      else setTimeout(trap);
    }, how === "in something awaited");
    const said = page.getByRole("dialog", { name: "Parley stopped" });
    await expect(said).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Escape");
    await expect(said).toBeVisible();
    await said.getByRole("button", { name: "Start again" }).click();
    await expect(composer(page)).toBeVisible();
    await sees(page, "Said before the fault");
  });
}
