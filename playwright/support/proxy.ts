// A web server in front of a relay that was set up wrong: it hands on requests, and takes away what asks for another
// protocol, or asks for another host.
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { freePort } from "./ports.ts";

export class StrippingProxy {
  private server: Server | undefined;

  private constructor(
    readonly port: number,
    private readonly target: number,
    private readonly host: string | undefined,
  ) {}

  /** In front of the relay at that port, which it asks for `host` if one is given. */
  static async start(target: number, host?: string): Promise<StrippingProxy> {
    const proxy = new StrippingProxy(await freePort(), target, host);
    const server = createServer((asked, answer) => proxy.handOn(asked, answer));
    // Without a listener for it, the server answers an upgrade as any other request.
    await new Promise<void>((done) => server.listen(proxy.port, "127.0.0.1", done));
    proxy.server = server;
    return proxy;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private handOn(asked: IncomingMessage, answer: ServerResponse): void {
    const headers = { ...asked.headers };
    delete headers.upgrade;
    delete headers.connection;
    if (this.host !== undefined) headers.host = this.host;
    const onward = request(
      { host: "127.0.0.1", port: this.target, method: asked.method, path: asked.url, headers },
      (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
      },
    );
    onward.on("error", () => answer.writeHead(502).end());
    asked.pipe(onward);
  }
}
