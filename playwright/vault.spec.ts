// What comes back with name and password alone, when no other device is there to ask.
import { ADA, BEN, allSent, composer, invite, join, messages, openSettings, say, sees, setUp, signIn } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

test("everything comes back on a new browser while every other one is closed", async ({ relay, person, secrets }) => {
  const texts = ["the lighthouse is open", "bring the long rope", "low water at six"];
  secrets.push(...texts);
  const ada = await person();
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  const ben = await person();
  await join(ben.page, link);
  await say(ada.page, texts[0]);
  await sees(ben.page, texts[0]);
  await say(ben.page, texts[1]);
  await sees(ada.page, texts[1]);
  await say(ada.page, texts[2]);
  await allSent(ada.page);
  await sees(ben.page, texts[2]);
  // Ben's key goes into Ada's vault within a second.
  await expect(async () => {
    const health = await openSettings(ada.page, "Encryption health");
    const kept = await health.getByText("Every key that is here is in it.").isVisible();
    await ada.page.keyboard.press("Escape");
    expect(kept).toBe(true);
  }).toPass();
  await ada.context.close();
  await ben.context.close();

  const again = await person();
  await signIn(again.page, ADA);
  await expect(composer(again.page)).toBeVisible({ timeout: 45_000 });
  for (const text of texts) await sees(again.page, text);
  await expect(messages(again.page).getByText(/locked/i)).toHaveCount(0);
  // What Ada had read is read.
  await expect(again.page.getByText("New messages")).toHaveCount(0);
});

test("who had lost the browser reads on and is read by others", async ({ relay, person, secrets }) => {
  secrets.push("before the flood", "after the flood");
  const ada = await person();
  await setUp(relay, ada.page);
  const link = await invite(ada.page);
  await say(ada.page, "before the flood");
  await allSent(ada.page);
  await sees(ada.page, "before the flood");
  await ada.context.close();

  const again = await person();
  await signIn(again.page, ADA);
  await sees(again.page, "before the flood");
  await say(again.page, "after the flood");
  await allSent(again.page);
  const ben = await person();
  await join(ben.page, link);
  await sees(ben.page, "after the flood");
  await sees(ben.page, "before the flood");
});

test("a page that is closed while messages come back goes on at the next start", async ({ relay, person, secrets }) => {
  secrets.push("half way there");
  const ada = await person();
  await setUp(relay, ada.page);
  await say(ada.page, "half way there");
  await allSent(ada.page);
  await sees(ada.page, "half way there");
  await ada.context.close();

  const again = await person({ noServiceWorker: true });
  await again.page.route("**/vault?*", (route) => route.abort());
  await signIn(again.page, ADA);
  await expect(again.page.getByText(/Your messages are coming back when the connection does/)).toBeVisible({
    timeout: 45_000,
  });
  await again.page.unroute("**/vault?*");
  await again.page.reload();
  await sees(again.page, "half way there");
  await expect(again.page.getByText(/Your messages are coming back/)).toHaveCount(0);
});

test("a relay that leaves out what a device had kept is noticed", async ({ relay, person, secrets }) => {
  secrets.push("kept with care");
  const ada = await person();
  await setUp(relay, ada.page);
  await say(ada.page, "kept with care");
  await allSent(ada.page);
  await sees(ada.page, "kept with care");

  const second = await person({ noServiceWorker: true });
  await second.page.route("**/vault?*", async (route) => {
    // Ada's first browser tells the second one how far its chain is: long before this answer.
    const answer = await route.fetch();
    const page = await answer.json();
    await second.page.waitForFunction(() => document.querySelector("main.conversation") !== null);
    await route.fulfill({ json: { ...page, segments: [], before: null } });
  });
  await signIn(second.page, ADA);
  const line = second.page.getByRole("region", { name: "Your messages" });
  await expect(line.getByText("Some of your older messages may be missing")).toBeVisible({ timeout: 45_000 });
  await line.getByText("Details").click();
  await expect(line.getByText(/wrote 1 segments, the relay gave 0/)).toBeVisible();
  // Ada's first browser is there and gives the key.
  await sees(second.page, "kept with care");
  await line.getByRole("button", { name: "Got it" }).click();
  await expect(line).toHaveCount(0);
});
