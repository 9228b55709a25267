// One's own devices: when and where each was last seen, what it is called, and signing one out for good.
import { ADA, allSent, composer, openSettings, say, sees, setUp, signIn } from "./support/acts.ts";
import { expect, test } from "./support/test.ts";

test("a device is named, seen on both, signed out, and reads nothing that comes after", async ({ relay, person }) => {
  const [ada, second] = [await person(), await person()];
  await setUp(relay, ada.page);
  await signIn(second.page, ADA);
  await expect(composer(second.page)).toBeVisible({ timeout: 45_000 });
  await say(ada.page, "For both");
  await sees(second.page, "For both");

  let settings = await openSettings(second.page, "Devices");
  const own = settings.getByRole("list", { name: "Your devices" }).getByRole("listitem");
  await expect(own).toHaveCount(2);
  const here = own.filter({ hasText: "This one" });
  await expect(here.getByText(/In use now, from the network 127\.0\.0\.0\/24/)).toBeVisible();
  await here.getByRole("button", { name: /^Rename/ }).click();
  await here.getByLabel("Name of this device").fill("The old tablet");
  await here.getByRole("button", { name: "Save" }).click();
  await expect(own.filter({ hasText: "The old tablet" })).toHaveCount(1);
  await second.page.keyboard.press("Escape");

  settings = await openSettings(ada.page, "Devices");
  await expect(settings.getByText("The old tablet")).toBeVisible();
  await expect(settings.getByText("Don't know one of these?")).toBeVisible();
  await settings.getByRole("button", { name: "Sign out The old tablet" }).click();
  const asked = ada.page.getByRole("dialog", { name: /Sign out .*The old tablet/ });
  await asked.getByRole("button", { name: "Sign it out" }).click();
  await expect(ada.page.getByText("The old tablet was signed out")).toBeVisible();
  await expect(ada.page.getByRole("list", { name: "Your devices" }).getByRole("listitem")).toHaveCount(1);
  await ada.page.keyboard.press("Escape");

  await say(ada.page, "Only for those who stayed");
  await allSent(ada.page);
  await expect(second.page.getByText("Only for those who stayed")).toHaveCount(0);
  await second.page.reload();
  await expect(second.page.getByText("This browser was signed out")).toBeVisible();
  // What cannot come true is not promised.
  await expect(second.page.getByText(/The relay can't be reached|coming back/)).toHaveCount(0);
  await expect(second.page.getByRole("button", { name: "Try now" })).toHaveCount(0);
  await expect(second.page.getByText("Only for those who stayed")).toHaveCount(0);
});
