// A line to the relay that can be cut: at once, or after so many bytes. While it is cut nothing gets through.
import { createServer, connect, type Server, type Socket } from "node:net";
import { freePort } from "./ports.ts";

export class Gate {
  /** Bytes that went to the relay and came from it. */
  up = 0;
  down = 0;
  private server: Server | undefined;
  private isOpen = true;
  private ends: Socket[] = [];
  private limit: { up: number; down: number; reached: () => void } | undefined;

  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {}

  /** In front of the relay at that port. */
  static async start(target: number): Promise<Gate> {
    const gate = new Gate(await freePort(), target);
    const server = createServer((socket) => gate.handOn(socket));
    await new Promise<void>((done) => server.listen(gate.port, "127.0.0.1", done));
    gate.server = server;
    return gate;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Cuts the line once so many more bytes went one way. Ends when it is cut. */
  cutAfter(bytes: { up?: number; down?: number }): Promise<void> {
    return new Promise((reached) => {
      this.limit = { up: this.up + (bytes.up ?? Infinity), down: this.down + (bytes.down ?? Infinity), reached };
    });
  }

  cut(): void {
    this.isOpen = false;
    this.limit = undefined;
    for (const end of this.ends) end.destroy();
    this.ends = [];
  }

  open(): void {
    this.isOpen = true;
  }

  stop(): void {
    this.cut();
    this.server?.close();
  }

  private handOn(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (!this.isOpen) return void socket.destroy();
    const onward = connect(this.target, "127.0.0.1");
    onward.on("error", () => socket.destroy());
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
    this.ends.push(socket, onward);
    socket.on("data", (bytes) => this.count("up", bytes.length));
    onward.on("data", (bytes) => this.count("down", bytes.length));
    socket.pipe(onward);
    onward.pipe(socket);
  }

  private count(way: "up" | "down", bytes: number): void {
    this[way] += bytes;
    const { limit } = this;
    if (limit && this[way] > limit[way]) {
      this.cut();
      limit.reached();
    }
  }
}
