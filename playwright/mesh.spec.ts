// Many people in one call: every pair hears each other soon after the last one joined, and again after each who comes or
// goes. A brief run has four people and a few changes; `PARLEY_FULL=1` has six and fifty, and holds to the times of a
// machine that does nothing else.
import type { Page } from "@playwright/test";
import { invite, join, joinVoice, setUp } from "./support/acts.ts";
import { allHeard, hum, listenFor, openEars } from "./support/listening.ts";
import { expect, test } from "./support/test.ts";

const IS_FULL = Boolean(process.env.PARLEY_FULL);
const NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"].slice(0, IS_FULL ? 6 : 4);
/** After the last one joined, in milliseconds. Brief runs share the machine. */
const SOON_MS = IS_FULL ? 3_000 : 10_000;
const CHANGES = IS_FULL ? 50 : 4;
const SEED = Number(process.env.PARLEY_SEED ?? 1);

interface Somebody {
  page: Page;
  hertz: number;
  isIn: boolean;
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Waits until everyone in the call hears everyone else in it, and says how long after `since` that was. */
async function wholeAfter(people: Somebody[], since: number): Promise<number> {
  const inside = people.filter(({ isIn }) => isIn);
  const heard = inside.map(({ page }) => allHeard(page, 30_000));
  return Math.max(0, ...(await Promise.all(heard))) - since;
}

async function listen(people: Somebody[]): Promise<void> {
  const inside = people.filter(({ isIn }) => isIn);
  await Promise.all(
    inside.map(({ page, hertz }) => listenFor(page, inside.map((one) => one.hertz).filter((other) => other !== hertz))),
  );
}

test("all in one call hear each other, whoever comes and goes", async ({ relay, person }, info) => {
  test.setTimeout(IS_FULL ? 1_200_000 : 300_000);
  const people: Somebody[] = [];
  for (const [at] of NAMES.entries()) {
    const { context, page } = await person();
    const hertz = 300 + at * 130;
    await hum(context, hertz);
    people.push({ page, hertz, isIn: false });
  }
  const [first, ...others] = people as [Somebody, ...Somebody[]];
  await setUp(relay, first.page, { name: NAMES[0]!, password: "correct horse battery staple" });
  const link = await invite(first.page);
  for (const [at, one] of others.entries()) {
    await join(one.page, link, { name: NAMES[at + 1]!, password: "seven quiet otters sleeping" });
  }
  for (const one of people) await openEars(one.page);
  for (const one of people.slice(0, -1)) {
    await joinVoice(one.page);
    one.isIn = true;
  }
  const last = people.at(-1)!;
  last.isIn = true;
  await listen(people);
  const clicked = Date.now();
  await joinVoice(last.page);
  const took = await wholeAfter(people, clicked);
  info.annotations.push({ type: "figure", description: `all pairs hear each other after ${took} ms` });
  expect(took).toBeLessThan(SOON_MS);

  const roll = dice(SEED);
  const waits: number[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const outside = people.filter(({ isIn }) => !isIn);
    // Rather in than out, so that there is a mesh to be made.
    const from = outside.length > 0 && roll() < 0.6 ? outside : people;
    const one = from[Math.floor(roll() * from.length)]!;
    one.isIn = !one.isIn;
    if (!one.isIn) await one.page.getByRole("button", { name: "Leave call" }).click();
    const since = Date.now();
    await listen(people);
    if (one.isIn) await joinVoice(one.page);
    waits.push(await wholeAfter(people, since));
  }
  info.annotations.push({ type: "figure", description: `${CHANGES} changes of seed ${SEED}: ${waits.join(", ")} ms` });
  expect(Math.max(...waits)).toBeLessThan(SOON_MS);
  for (const one of people) {
    const open = (): Promise<string[]> =>
      one.page.evaluate(() => {
        const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
        const alive = parleyConnections.filter((it) => it.connectionState !== "closed");
        return alive.map((it) => `${it.connectionState} ${it.signalingState}`);
      });
    const others = people.filter((other) => other !== one && other.isIn).length;
    await expect
      .poll(open, "one connection to each, and no offer left open")
      .toEqual(new Array(one.isIn ? others : 0).fill("connected stable"));
  }
});
