// Nobody's ears hurt: what is too loud is held down, at once and without a delay, and everything else stays as it is.
import { expect, test } from "./support/test.ts";

/** Plays a tone through the limiter that pages load, as loud as each stretch says, and returns what came in and out. */
async function throughLimiter(loudness: number[]): Promise<{ before: number[]; after: number[] }> {
  const RATE = 48_000;
  const context = new OfflineAudioContext(2, loudness.length * RATE, RATE);
  await context.audioWorklet.addModule("/sound-worklet.js");
  const tone = new OscillatorNode(context, { frequency: 440 });
  const gain = new GainNode(context);
  loudness.forEach((factor, second) => gain.gain.setValueAtTime(factor, second));
  const both = new ChannelMergerNode(context, { numberOfInputs: 2 });
  tone.connect(gain).connect(both, 0, 0);
  gain.connect(new AudioWorkletNode(context, "parley-limiter")).connect(both, 0, 1);
  both.connect(context.destination);
  tone.start();
  const rendered = await context.startRendering();
  return { before: [...rendered.getChannelData(0)], after: [...rendered.getChannelData(1)] };
}

const loudest = (samples: number[]) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const decibels = (factor: number) => 20 * Math.log10(factor);

test("what is too loud is held down at once, and the rest stays as it is", async ({ relay, person }) => {
  const { page } = await person();
  await page.goto(relay.url);
  // Half a voice, a shout at six times full loudness, and half a voice again.
  const { before, after } = await page.evaluate(throughLimiter, [0.3, 6, 0.3]);
  const second = (samples: number[], number: number) => samples.slice(number * 48_000, (number + 1) * 48_000);

  expect(second(after, 0)).toEqual(second(before, 0));
  expect(decibels(loudest(second(before, 1)))).toBeGreaterThan(15);
  // Not one sample of it is louder than this, the first ones included.
  expect(decibels(loudest(second(after, 1)))).toBeLessThan(-7);
  const last = { before: second(before, 2), after: second(after, 2) };
  const end = (samples: number[]) => samples.slice(-4_800);
  expect(loudest(last.after.slice(0, 480))).toBeLessThan(0.12);
  expect(decibels(loudest(end(last.after)) / loudest(end(last.before)))).toBeCloseTo(0, 1);
});
