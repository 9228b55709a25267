// The plainest fan-out there is: each message goes to everybody else.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  perMessageDeflate: false,
});
server.on("connection", (from) => {
  from.on("error", () => from.terminate());
  from.on("message", (data) => {
    for (const to of server.clients) if (to !== from) to.send(data, { binary: false });
  });
});
