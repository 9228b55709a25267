// A microphone that a story plays: tones, or a voice in noise, as loud as it says, that can be pulled out or refused; and an ear at
// the loudspeaker.
import type { BrowserContext, Page } from "@playwright/test";

/** What is heard at the loudspeaker of a page. */
export interface AtLoudspeaker {
  /** Of the loudest sample, 0 to 1 and beyond. */
  peak: number;
  /** Of all of them, in decibels. */
  decibels: number;
}

/** How loud somebody's words are, and what is heard between them, in decibels. */
export interface Speech {
  words: number;
  pauses: number;
}

interface Played {
  setLevel(decibels: number): void;
  setTones(left: number, right: number): void;
  setVoice(): void;
  pullOut(hertz: number): void;
  fail(name: string): void;
  chimes: number[];
  listen(ms: number): Promise<AtLoudspeaker>;
  speech(ms: number): Promise<Speech>;
  testRecording(): Promise<number>;
}

declare const parleyMicrophone: Played;

/** Gives every page of the context such a microphone. To be called before the first page opens. */
export async function playMicrophone(context: BrowserContext, hertz: number): Promise<void> {
  await context.addInitScript((first: number) => {
    const Context = globalThis.AudioContext;
    const state = { hertz: [first, first], decibels: -20, isVoice: false, failing: "", gains: [] as GainNode[], tracks: [] as MediaStreamTrack[] };
    const factor = () => 10 ** (state.decibels / 20) * Math.SQRT2;
    const devices = () =>
      ["default", "headset"].map((deviceId) => ({ deviceId, kind: "audioinput", label: `${deviceId} ${state.hertz[0]}`, groupId: "" }));

    const open = async (): Promise<MediaStream> => {
      if (state.failing) throw new DOMException("as the story wants it", state.failing);
      const context = new Context({ sampleRate: 48_000 });
      await context.resume();
      const out = context.createMediaStreamDestination();
      out.channelCount = 2;
      const gain = context.createGain();
      gain.gain.value = factor();
      const merger = context.createChannelMerger(2);
      state.hertz.forEach((hertz, channel) => {
        let source: AudioScheduledSourceNode;
        if (state.isVoice) {
          // As in the tests of denoise/src/lib.rs: three syllables in a second, and noise that does not pause.
          const voice = context.createBufferSource();
          voice.buffer = context.createBuffer(1, 4 * 48_000, 48_000);
          const samples = voice.buffer.getChannelData(0);
          for (let at = 0; at < samples.length; at += 1) {
            const tone = (hertz: number) => Math.sin((2 * Math.PI * hertz * at) / 48_000);
            samples[at] = 0.3 * tone(150) * Math.max(0, tone(3)) + 0.05 * (Math.random() * 2 - 1);
          }
          voice.loop = true;
          source = voice;
        } else {
          const tone = context.createOscillator();
          tone.frequency.value = hertz;
          source = tone;
        }
        source.connect(merger, 0, channel);
        source.start();
      });
      merger.connect(gain).connect(out);
      const track = out.stream.getAudioTracks()[0]!;
      state.gains.push(gain);
      state.tracks.push(track);
      return out.stream;
    };
    Object.assign(navigator.mediaDevices, { getUserMedia: open, enumerateDevices: async () => devices() });

    // The ear: whatever reaches the destination of a graph.
    const ears: AnalyserNode[] = [];
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode;
    Object.assign(AudioNode.prototype, {
      connect(this: AudioNode, to: AudioNode, ...more: unknown[]) {
        if (to === to.context?.destination) {
          const ear = to.context.createAnalyser();
          ear.fftSize = 2048;
          ears.push(ear);
          connect.call(this, ear);
        }
        return connect.call(this, to, ...more);
      },
    });
    const chimes: number[] = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when?: number) {
      chimes.push(Math.round(this.frequency.value));
      return start.call(this, when);
    };
    const blobs: Blob[] = [];
    const address = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (it: Blob | MediaSource) => {
      if (it instanceof Blob && it.type.startsWith("audio/")) blobs.push(it);
      return address(it);
    };

    const played: Played = {
      chimes,
      setLevel(decibels) {
        state.decibels = decibels;
        for (const gain of state.gains) gain.gain.value = factor();
      },
      setTones(left, right) {
        state.hertz = [left, right];
      },
      setVoice() {
        state.isVoice = true;
      },
      pullOut(hertz) {
        state.hertz = [hertz, hertz];
        for (const track of state.tracks.splice(0)) {
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }
        navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
      },
      fail(name) {
        state.failing = name;
      },
      async listen(ms) {
        const samples = new Float32Array(2048);
        let [peak, energy, count] = [0, 0, 0];
        const until = performance.now() + ms;
        while (performance.now() < until) {
          await new Promise((done) => setTimeout(done, 20));
          for (const ear of ears) {
            ear.getFloatTimeDomainData(samples);
            for (const sample of samples) {
              peak = Math.max(peak, Math.abs(sample));
              energy += sample * sample;
            }
            count += samples.length;
          }
        }
        return { peak, decibels: 10 * Math.log10(Math.max(energy / Math.max(count, 1), 1e-12)) };
      },
      async speech(ms) {
        const samples = new Float32Array(2048);
        const moments: number[] = [];
        const until = performance.now() + ms;
        while (performance.now() < until) {
          await new Promise((done) => setTimeout(done, 20));
          let energy = 0;
          for (const ear of ears) {
            ear.getFloatTimeDomainData(samples);
            for (const sample of samples) energy += sample * sample;
          }
          moments.push(10 * Math.log10(Math.max(energy / samples.length, 1e-12)));
        }
        moments.sort((one, other) => one - other);
        const of = (part: number) => moments[Math.floor(moments.length * part)]!;
        return { words: of(0.85), pauses: of(0.15) };
      },
      // The loudest pitch of what was recorded last.
      async testRecording() {
        const blob = blobs.at(-1);
        if (!blob) return 0;
        const context = new OfflineAudioContext(1, 48_000 * 6, 48_000);
        const source = context.createBufferSource();
        source.buffer = await context.decodeAudioData(await blob.arrayBuffer());
        const sound = source.buffer.getChannelData(0);
        const energies = [220, 440, 660, 880, 1320].map((hertz) => {
          let [re, im] = [0, 0];
          for (let at = 0; at < sound.length; at += 1) {
            re += sound[at]! * Math.cos((2 * Math.PI * hertz * at) / 48_000);
            im += sound[at]! * Math.sin((2 * Math.PI * hertz * at) / 48_000);
          }
          return { hertz, energy: re * re + im * im };
        });
        energies.sort((one, other) => other.energy - one.energy);
        return energies[0]!.energy > 1_000 ? energies[0]!.hertz : 0;
      },
    };
    Object.assign(globalThis, { parleyMicrophone: played });
  }, hertz);
}

/** From now on it is this loud. */
export const setLevel = (page: Page, decibels: number) => page.evaluate((it) => parleyMicrophone.setLevel(it), decibels);

/** The next one that is opened has these tones, left and right. */
export const setTones = (page: Page, left: number, right: number) =>
  page.evaluate(([l, r]) => parleyMicrophone.setTones(l!, r!), [left, right]);

/** The next one that is opened hears a voice in noise, with its level as it is at -3 dB. */
export const setVoice = (page: Page) => page.evaluate(() => parleyMicrophone.setVoice());

/** It is pulled out; what the system chooses then has another tone. */
export const pullOut = (page: Page, hertz: number) => page.evaluate((it) => parleyMicrophone.pullOut(it), hertz);

/** The next one is not given, for the reason of that name; none: it is given again. */
export const refuse = (page: Page, name: string) => page.evaluate((it) => parleyMicrophone.fail(it), name);

/** What comes out of the loudspeaker for a while. */
export const listen = (page: Page, ms = 600) => page.evaluate((it) => parleyMicrophone.listen(it), ms);

/** How loud words and pauses come out of the loudspeaker in a while with many of both. */
export const speech = (page: Page, ms = 3_000) => page.evaluate((it) => parleyMicrophone.speech(it), ms);

/** The pitches of the short sounds so far. */
export const chimes = (page: Page) => page.evaluate(() => parleyMicrophone.chimes.filter((hertz) => hertz === 523 || hertz === 784));

/** The loudest pitch of the recording that was made last. */
export const recordedHertz = (page: Page) => page.evaluate(() => parleyMicrophone.testRecording());

/** How loud two pitches are in each channel of what a page receives, in decibels: left, then right. */
export async function inChannels(page: Page, hertz: [number, number]): Promise<number[][]> {
  return page.evaluate(async (pitches) => {
    const { parleyConnections } = globalThis as unknown as { parleyConnections: RTCPeerConnection[] };
    const live = parleyConnections.find((connection) => connection.connectionState === "connected");
    const track = live?.getReceivers()[0]?.track;
    if (!track) return [];
    const stream = new MediaStream([track]);
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    element.play().catch(() => undefined);
    const context = new AudioContext({ sampleRate: 48_000 });
    await context.resume();
    const splitter = context.createChannelSplitter(2);
    context.createMediaStreamSource(stream).connect(splitter);
    const analysers = [0, 1].map((channel) => {
      const analyser = context.createAnalyser();
      analyser.fftSize = 4096;
      analyser.smoothingTimeConstant = 0;
      splitter.connect(analyser, channel);
      return analyser;
    });
    await new Promise((done) => setTimeout(done, 400));
    const found = analysers.map((analyser) => {
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      return pitches.map((pitch) => Math.max(-200, levels[Math.round((pitch * 4096) / 48_000)]!));
    });
    element.srcObject = null;
    await context.close();
    return found;
  }, hertz);
}
