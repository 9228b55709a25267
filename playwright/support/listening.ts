// Sound that a page makes and hears, measured inside it: who is heard by their pitch, how soon, and how long nobody was.
import type { BrowserContext, Page } from "@playwright/test";
import { invite, join, joinVoice, twoMembers } from "./acts.ts";
import type { Relay } from "./relay.ts";

/**
 * Gives every page of a context a microphone that hums one pitch. Cheaper than a browser program for each person, so
 * that many of them fit on one machine. To be called before the first page opens.
 */
export async function hum(context: BrowserContext, hertz: number): Promise<void> {
  await context.addInitScript((hertz) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const audio = new AudioContext();
      const tone = new OscillatorNode(audio, { frequency: hertz });
      const loudness = new GainNode(audio, { gain: 0.3 });
      const microphone = audio.createMediaStreamDestination();
      tone.connect(loudness).connect(microphone);
      tone.start();
      await audio.resume();
      return microphone.stream;
    };
  }, hertz);
}

interface Listening {
  /** When each pitch was first heard since the last `begin`, in milliseconds since 1970. */
  firstHeard: Map<number, number>;
  /** The longest time in which nothing was heard since the last `begin`, in milliseconds. */
  longestSilence: () => number;
  begin: (pitches: number[]) => void;
  wanted: () => number[];
}

type Ears = { parleyEars: Listening; parleyConnections: RTCPeerConnection[] };

/** Begins to listen to whatever the page's connections bring. To be called once, after a click. */
export async function openEars(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const page = globalThis as unknown as Ears;
    const audio = new AudioContext();
    await audio.resume();
    const analysers = new Map<MediaStreamTrack, { analyser: AnalyserNode; element: HTMLAudioElement }>();
    const state = { pitches: [] as number[], firstHeard: new Map<number, number>(), last: 0, longest: 0, looked: 0 };
    const levels = new Float32Array(2048);

    const live = () =>
      page.parleyConnections
        .filter((connection) => connection.connectionState !== "closed")
        .flatMap((connection) => connection.getReceivers().map((receiver) => receiver.track))
        .filter((track) => track.kind === "audio" && track.readyState === "live");

    const follow = () => {
      const tracks = live();
      for (const [track, { element }] of analysers) {
        if (tracks.includes(track)) continue;
        element.srcObject = null;
        analysers.delete(track);
      }
      for (const track of tracks) {
        if (analysers.has(track)) continue;
        const stream = new MediaStream([track]);
        // Chromium decodes a remote track only when an element plays it.
        const element = new Audio();
        element.muted = true;
        element.srcObject = stream;
        element.play().catch(() => undefined);
        const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 });
        audio.createMediaStreamSource(stream).connect(analyser);
        analysers.set(track, { analyser, element });
      }
    };

    const look = () => {
      follow();
      const now = Date.now();
      // While the page stood still, nobody listened: that is no silence.
      const stall = now - state.looked;
      if (state.looked > 0 && stall > 150) state.last += stall;
      state.looked = now;
      let isHeard = false;
      for (const { analyser } of analysers.values()) {
        analyser.getFloatFrequencyData(levels);
        const loudest = Math.max(...levels);
        if (loudest < -60) continue;
        isHeard = true;
        const hertz = (levels.indexOf(loudest) * audio.sampleRate) / analyser.fftSize;
        const pitch = state.pitches.find((wanted) => Math.abs(wanted - hertz) < 15);
        if (pitch && !state.firstHeard.has(pitch)) state.firstHeard.set(pitch, now);
      }
      if (isHeard) {
        state.longest = Math.max(state.longest, now - state.last);
        state.last = now;
      }
    };
    setInterval(look, 25);
    page.parleyEars = {
      firstHeard: state.firstHeard,
      wanted: () => state.pitches,
      longestSilence: () => Math.max(state.longest, state.looked - state.last),
      begin: (pitches) => {
        Object.assign(state, { pitches, longest: 0, last: Date.now() });
        state.firstHeard.clear();
      },
    };
  });
}

/** Forgets what was heard, and waits for these pitches from now on. */
export async function listenFor(page: Page, pitches: number[]): Promise<void> {
  await page.evaluate((pitches) => (globalThis as unknown as Ears).parleyEars.begin(pitches), pitches);
}

/** Waits until all pitches were heard, and says when the last of them was, in milliseconds since 1970. */
export async function allHeard(page: Page, patience: number): Promise<number> {
  return page.evaluate(async (patience) => {
    const { parleyEars } = globalThis as unknown as Ears;
    const end = Date.now() + patience;
    for (;;) {
      const missing = parleyEars.wanted().filter((pitch) => !parleyEars.firstHeard.has(pitch));
      if (missing.length === 0) return Math.max(0, ...parleyEars.firstHeard.values());
      if (Date.now() > end) throw new Error(`not heard: ${missing.join(", ")} Hz`);
      await new Promise((done) => setTimeout(done, 25));
    }
  }, patience);
}

/** The longest time without any sound since `listenFor`, in milliseconds. */
export async function longestSilence(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as Ears).parleyEars.longestSilence());
}

/**
 * Three members, of whom two are in a call and hear each other by their pitches. The third one, who can be up to
 * something, stands outside.
 */
export async function twoTalk(relay: Relay, [one, two, third]: [Page, Page, Page], pitches: number[]): Promise<void> {
  await twoMembers(relay, one, two);
  await join(third, await invite(one), { name: "Cleo", password: "seven quiet otters sleeping" });
  for (const page of [one, two]) await joinVoice(page);
  for (const page of [one, two]) await openEars(page);
  await listenFor(one, [pitches[1]!]);
  await listenFor(two, [pitches[0]!]);
  await Promise.all([allHeard(one, 30_000), allHeard(two, 30_000)]);
}
