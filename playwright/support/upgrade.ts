// A relay that is upgraded while pages are open: from then on the page names its program under another name, and the
// files of the version before are gone. The program itself is the same.
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { freePort } from "./ports.ts";

const FOLDER = /app-([0-9a-f]{16})/g;

export class UpgradedRelay {
  private server: Server | undefined;
  private sockets = new Set<Socket>();
  private isUpgraded = false;

  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {}

  /** Stands in for the relay at that port. */
  static async start(target: number): Promise<UpgradedRelay> {
    const relay = new UpgradedRelay(await freePort(), target);
    const server = createServer((asked, answer) => relay.answer(asked, answer));
    server.on("upgrade", (asked, socket, head) => relay.handOnSocket(asked, socket as Socket, head));
    await new Promise<void>((done) => server.listen(relay.port, "127.0.0.1", done));
    relay.server = server;
    return relay;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** The new version is there from now on. */
  upgrade(): void {
    this.isUpgraded = true;
  }

  stop(): void {
    this.server?.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
  }

  private answer(asked: IncomingMessage, answer: ServerResponse): void {
    const path = asked.url ?? "/";
    if (this.isUpgraded && path.startsWith("/app-") && !path.startsWith(`/${NEW}`)) {
      answer.writeHead(404).end();
      return;
    }
    const { "if-none-match": known, ...asks } = asked.headers;
    const headers = { ...asks, "accept-encoding": "identity" };
    const onward = request(
      { host: "127.0.0.1", port: this.target, method: asked.method, path: original(path), headers },
      (answered) => {
        const kind = answered.headers["content-type"] ?? "";
        const changes = this.isUpgraded && (kind.startsWith("text/html") || path === "/sw.js");
        if (!changes) {
          answer.writeHead(answered.statusCode ?? 502, answered.headers);
          answered.pipe(answer);
          return;
        }
        const { etag, "content-length": length, ...rest } = answered.headers;
        const parts: Buffer[] = [];
        answered.on("data", (part: Buffer) => parts.push(part));
        answered.on("end", () => {
          const text = renamed(Buffer.concat(parts).toString());
          answer.writeHead(answered.statusCode ?? 502, rest);
          answer.end(path === "/sw.js" ? `${text}\n// upgraded` : text);
        });
      },
    );
    onward.on("error", () => answer.writeHead(502).end());
    asked.pipe(onward);
  }

  private handOnSocket(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    const onward = connect(this.target, "127.0.0.1", () => {
      const lines = asked.rawHeaders.flatMap((name, at) => (at % 2 ? [] : [`${name}: ${asked.rawHeaders[at + 1]}`]));
      onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) {
      this.sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        this.sockets.delete(one);
        socket.destroy();
        onward.destroy();
      });
    }
  }
}

/** The first digits of the new version's name. */
const NEW = "app-ffff";
const names = new Map<string, string>();

function renamed(text: string): string {
  return text.replace(FOLDER, (name, hash: string) => {
    if (name.startsWith(NEW)) return name;
    const fresh = `${NEW}${hash.slice(4)}`;
    names.set(fresh, name);
    return fresh;
  });
}

function original(path: string): string {
  return path.replace(FOLDER, (name) => names.get(name) ?? name);
}
