// A relay of one story: the real program, with its own data folder and ports,
// that can be killed and started again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.ts";

const PROGRAM = resolve(process.env.PARLEY_RELAY ?? "../dist/parley-relay");
const PATIENCE_MS = 15_000;

export class Relay {
  /** Everything that the program has written, over all its lives. */
  log = "";
  readonly data = mkdtempSync(join(tmpdir(), "parley-story-"));
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly turnPort: number,
    private readonly options: string[],
    /** Where it listens. */
    private readonly address: string,
  ) {}

  /** A started relay. `options` are further words of its command line. */
  static async start(options: string[] = [], address = "127.0.0.1"): Promise<Relay> {
    const relay = new Relay(await freePort(), await freePort(), options, address);
    await relay.start();
    return relay;
  }

  get url(): string {
    return `http://${this.address === "127.0.0.1" ? "localhost" : this.address}:${this.port}`;
  }

  /** Starts the program on the ports and the data it had before. */
  async start(): Promise<void> {
    const started = spawn(
      PROGRAM,
      [
        `--listen=${this.address}:${this.port}`,
        `--turn-listen=${this.address}:${this.turnPort}`,
        `--data=${this.data}`,
        `--public-url=${this.url}`,
        ...this.options,
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    this.process = started;
    const keep = (bytes: Buffer) => (this.log += bytes.toString());
    started.stdout.on("data", keep);
    started.stderr.on("data", keep);
    await this.until("the relay is ready", async () => {
      if (started.exitCode !== null) throw new Error(`the relay ended:\n${this.log}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      return answer?.ok;
    });
  }

  /** The link that the first start prints. */
  async setupLink(): Promise<string> {
    return this.until("the set-up link is printed", async () => {
      return this.log.match(/https?:\/\/\S+\/(?:#\/)?setup\S*/)?.[0];
    });
  }

  /** As a power cut would: no chance to tidy up. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** As an administrator would. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Ends the program and removes its data. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /**
   * Where the relay kept or wrote any of these words: the names of files in
   * its data folder, and `log`. Empty when it never saw them.
   */
  placesWith(words: string[]): string[] {
    const needles = words.map((word) => Buffer.from(word));
    const has = (bytes: Buffer) => needles.some((needle) => bytes.includes(needle));
    const places = readdirSync(this.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter((path) => has(readFileSync(path)));
    if (has(Buffer.from(this.log))) places.push("log");
    return places;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.process;
    this.process = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    await ended;
  }

  private async until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const found = await look();
      if (found) return found;
      await pause(25);
    }
    throw new Error(`waited too long until ${what}:\n${this.log}`);
  }
}
