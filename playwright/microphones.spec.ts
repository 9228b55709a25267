// No microphone, for every reason that a browser knows: it is said, one listens, and the others' call goes on.
import { inLounge, joinVoice, twoMembers } from "./support/acts.ts";
import { heard } from "./support/calls.ts";
import { playMicrophone, refuse } from "./support/microphone.ts";
import { expect, test } from "./support/test.ts";

const REASONS: [string, RegExp][] = [
  ["NotAllowedError", /Allow it in the browser's address bar/],
  ["NotFoundError", /No microphone was found/],
  ["NotReadableError", /Another program is using the microphone/],
];

test("who has no microphone listens, is told why, and talks as soon as there is one", async ({ relay, person }) => {
  const [ada, ben] = [await person({ hertz: 440 }), await person()];
  await playMicrophone(ben.context, 660);
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  const call = ben.page.getByRole("group", { name: "Call" });
  const hearsAda = () =>
    expect
      .poll(async () => (await heard(ben.page)).map((one) => Math.abs(one.hertz - 440) < 15 && one.decibels > -60), { timeout: 20_000 })
      .toEqual([true]);
  for (const [name, words] of REASONS) {
    await refuse(ben.page, name);
    await ben.page.getByRole("button", { name: "Join Lounge" }).click();
    await expect(call.getByText("Listening only"), name).toBeVisible();
    await expect(call.getByText(words)).toBeVisible();
    await hearsAda();
    await expect(inLounge(ada.page)).toContainText("Ben, muted");
    await ben.page.getByRole("button", { name: "Leave call" }).click();
    await expect(inLounge(ada.page)).not.toContainText("Ben");
  }
  await ben.page.getByRole("button", { name: "Join Lounge" }).click();
  await expect(call.getByText("Listening only")).toBeVisible();
  await refuse(ben.page, "");
  await call.getByRole("button", { name: "Try again" }).click();
  await expect(call.getByText("Voice connected")).toBeVisible();
  await expect
    .poll(async () => (await heard(ada.page)).map((one) => Math.abs(one.hertz - 660) < 15 && one.decibels > -60), { timeout: 20_000 })
    .toEqual([true]);
});

test("a page that browsers do not trust with a microphone says what to do", async ({ relay, person }) => {
  const [ada, ben] = [await person({ hertz: 440 }), await person()];
  await ben.context.addInitScript(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await ben.page.getByRole("button", { name: "Join Lounge" }).click();
  const call = ben.page.getByRole("group", { name: "Call" });
  await expect(call.getByText("Listening only")).toBeVisible();
  await expect(call.getByText(/Open Parley by its https:\/\/ address/)).toBeVisible();
  await expect.poll(async () => (await heard(ben.page)).some((one) => one.decibels > -60), { timeout: 20_000 }).toBe(true);
});
