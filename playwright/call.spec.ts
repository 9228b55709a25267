// Two people hear each other. What is heard is measured in what the browser decoded.
import type { Page } from "@playwright/test";
import { allSent, inLounge, joinVoice, say, sees, setUp, twoMembers } from "./support/acts.ts";
import { heard, routes } from "./support/calls.ts";
import { expect, test } from "./support/test.ts";

const ADA_HERTZ = 440;
const BEN_HERTZ = 660;
/** As good as the analysis of the pitch is. */
const CLOSE = 15;

/** Waits until a page hears a pitch from exactly one other. */
async function hears(page: Page, hertz: number): Promise<void> {
  await expect
    .poll(async () => (await heard(page)).map((one) => Math.abs(one.hertz - hertz) < CLOSE && one.decibels > -60), {
      timeout: 30_000,
    })
    .toEqual([true]);
}

/** Waits until whatever a page receives is silence. */
async function hearsNothing(page: Page): Promise<void> {
  await expect
    .poll(async () => (await heard(page)).every((one) => one.decibels < -75), { timeout: 20_000 })
    .toBe(true);
}

/** Waits until no packet of sound leaves a page any more. */
async function sendsNothing(page: Page): Promise<void> {
  const packets = () =>
    page.evaluate(async () => {
      const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
      let sent = 0;
      for (const connection of parleyConnections) {
        for (const entry of (await connection.getStats()).values()) {
          if (entry.type === "outbound-rtp") sent += entry.packetsSent as number;
        }
      }
      return sent;
    });
  await expect
    .poll(async () => {
      const before = await packets();
      await page.evaluate(() => new Promise((done) => setTimeout(done, 400)));
      return (await packets()) - before;
    })
    .toBe(0);
}

test("two people hear each other, mute, deafen and leave", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);

  await joinVoice(ada.page);
  await expect(inLounge(ben.page), "seen from outside the channel").toContainText("Ada");
  await joinVoice(ben.page);
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);
  await expect(inLounge(ada.page)).toContainText("Ben, speaking");

  await ben.page.getByRole("button", { name: "Mute microphone" }).click();
  await expect(inLounge(ada.page)).toContainText("Ben, muted");
  await hearsNothing(ada.page);
  await ben.page.getByRole("button", { name: "Unmute microphone" }).click();
  await hears(ada.page, BEN_HERTZ);

  await ada.page.getByRole("button", { name: "Deafen", exact: true }).click();
  await expect(inLounge(ben.page)).toContainText("Ada, deafened");
  await hearsNothing(ben.page);
  await ada.page.getByRole("button", { name: "Undeafen" }).click();
  await hears(ben.page, ADA_HERTZ);

  await ben.page.getByRole("button", { name: "Leave call" }).click();
  await expect(inLounge(ada.page)).not.toContainText("Ben");
  await expect.poll(() => heard(ada.page)).toEqual([]);
});

test("without a microphone one can still listen", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ noMicrophone: true });
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await ben.page.getByRole("button", { name: "Join Lounge" }).click();
  const call = ben.page.getByRole("group", { name: "Call" });
  await expect(call.getByText("Listening only")).toBeVisible();
  await expect(call.getByText("No microphone was found.")).toBeVisible();
  await hears(ben.page, ADA_HERTZ);
  await expect(inLounge(ada.page)).toContainText("Ben, muted");
  await hearsNothing(ada.page);

  await call.getByRole("button", { name: "Unmute microphone" }).click();
  await expect(ben.page.getByRole("status").filter({ hasText: /^No microphone was found/ })).toBeVisible();
  await hears(ben.page, ADA_HERTZ);
});

test("somebody who does not talk sees who is there and who is speaking", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person();
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await expect(inLounge(ben.page)).toContainText("Ada, speaking");
  await ada.page.getByRole("button", { name: "Leave call" }).click();
  await expect(inLounge(ben.page)).toHaveCount(0);
});

for (const transport of ["udp", "tcp"] as const) {
  test(`a call goes through the relay alone over ${transport}`, async ({ relay, person }) => {
    const ada = await person({ hertz: ADA_HERTZ, onlyThrough: transport });
    const ben = await person({ hertz: BEN_HERTZ, onlyThrough: transport });
    await twoMembers(relay, ada.page, ben.page);
    await joinVoice(ada.page);
    await joinVoice(ben.page);
    await hears(ada.page, BEN_HERTZ);
    await hears(ben.page, ADA_HERTZ);
    for (const page of [ada.page, ben.page]) {
      await expect.poll(() => routes(page)).toEqual([{ local: "relay", remote: "relay", relayProtocol: transport }]);
    }
  });
}

test("whoever hides their address is heard through the relay, from the very first packet", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);
  await ada.page.getByRole("button", { name: "Settings" }).click();
  await ada.page.getByRole("button", { name: "Voice", exact: true }).click();
  await ada.page.getByLabel("Hide my address from members").check();
  await ada.page.keyboard.press("Escape");
  await ada.page.reload();
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);
  await expect.poll(async () => (await routes(ada.page)).map((route) => route.local)).toEqual(["relay"]);
  await expect.poll(async () => (await routes(ben.page)).map((route) => route.remote)).toEqual(["relay"]);
});

test("the voice goes on while the relay is dead, and the roster comes back with it", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);

  await relay.kill();
  await expect(ada.page.getByText("Voice goes on, relay away")).toBeVisible();
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);

  await relay.start();
  for (const page of [ada.page, ben.page]) {
    await expect(page.getByRole("group", { name: "Call" }).getByText("Voice connected")).toBeVisible({ timeout: 30_000 });
    await expect(inLounge(page)).toContainText("Ada");
    await expect(inLounge(page)).toContainText("Ben");
  }
  await hears(ada.page, BEN_HERTZ);
  await hears(ben.page, ADA_HERTZ);
  await say(ada.page, "Did you notice anything?");
  await sees(ben.page, "Did you notice anything?");
});

test("nobody else in the channel: one hears nothing and is told nothing wrong", async ({ relay, person }) => {
  const { page } = await person({ hertz: ADA_HERTZ });
  await setUp(relay, page);
  await joinVoice(page);
  expect(await heard(page)).toEqual([]);
  await say(page, "Talking to myself");
  await allSent(page);
});

test("while somebody is muted their browser sends no sound at all, and is heard again at once", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  await twoMembers(relay, ada.page, ben.page);
  await ada.page.getByRole("button", { name: "Mute microphone" }).click();
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await hears(ada.page, BEN_HERTZ);
  await hearsNothing(ben.page);
  await sendsNothing(ada.page);
  await ada.page.getByRole("button", { name: "Unmute microphone" }).click();
  await hears(ben.page, ADA_HERTZ);
  await expect(inLounge(ben.page)).toContainText("Ada, speaking");
  await ada.page.getByRole("button", { name: "Mute microphone" }).click();
  await expect(inLounge(ben.page)).toContainText("Ada, muted");
  await sendsNothing(ada.page);
});

test("a browser without calls says so, and offers none", async ({ relay, person }) => {
  const { context, page } = await person();
  await context.addInitScript(() => {
    Object.defineProperty(globalThis, "RTCPeerConnection", { value: undefined });
  });
  await setUp(relay, page);
  const channels = page.getByRole("navigation", { name: "Channels" });
  await expect(channels.getByText("This browser can't do calls.")).toBeVisible();
  await expect(channels.getByText("Lounge")).toBeVisible();
  await expect(page.getByRole("button", { name: "Join Lounge" })).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Channel or person" }).fill("loun");
  await expect(page.getByText("Nothing fits. Try fewer letters.")).toBeVisible();
  await page.keyboard.press("Escape");
  await say(page, "Text works");
  await allSent(page);
});

test("who is speaking is seen without a loudspeaker", async ({ relay, person }) => {
  const ada = await person({ hertz: ADA_HERTZ });
  const ben = await person({ hertz: BEN_HERTZ });
  // As where there is no output at all: sound graphs never start.
  await ben.context.addInitScript(() => {
    AudioContext.prototype.resume = () => new Promise(() => undefined);
    const Original = globalThis.AudioContext;
    globalThis.AudioContext = class extends Original {
      constructor(options?: AudioContextOptions) {
        super(options);
        void super.suspend();
      }
    };
  });
  await twoMembers(relay, ada.page, ben.page);
  await joinVoice(ada.page);
  await joinVoice(ben.page);
  await expect(inLounge(ben.page)).toContainText("Ada, speaking");
  await ada.page.getByRole("button", { name: "Mute microphone" }).click();
  await expect(inLounge(ben.page)).toContainText("Ada, muted");
});
