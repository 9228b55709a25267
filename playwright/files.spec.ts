// Files: what arrives is what was sent, byte for byte, whatever happens on the way; and nothing else is shown.
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join as path } from "node:path";
import { type Locator, type Page, type Route, expect as expected } from "@playwright/test";
import { RECONNECT_MS, composer, invite, join, messages, sees, setUpBy, twoMembers } from "./support/acts.ts";
import { choose } from "./support/lines.ts";
import { Gate } from "./support/gate.ts";
import type { Relay } from "./support/relay.ts";
import { expect, test } from "./support/test.ts";

const MIB = 1024 * 1024;

interface Sent {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

function file(name: string, buffer: Buffer, mimeType = "application/octet-stream"): Sent {
  return { name, mimeType, buffer };
}

async function attach(page: Page, files: Sent[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
  const tray = page.getByRole("list", { name: "Files to send" });
  await expect(tray.getByRole("listitem")).toHaveCount(files.length);
  await expect(tray.getByText("Getting it ready…")).toHaveCount(0);
}

async function send(page: Page, text = ""): Promise<void> {
  if (text) await composer(page).fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("list", { name: "Files to send" })).toHaveCount(0);
}

/** A file in the channel. */
function row(page: Page, name: string): Locator {
  return messages(page).getByRole("group", { name });
}

/** Saves a file as a person does, and reads what was saved. */
async function saved(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent("download", { timeout: 60_000 });
  await messages(page).getByRole("button", { name: `Save ${name}` }).click();
  const done = await download;
  return { name: done.suggestedFilename(), bytes: readFileSync(await done.path()) };
}

function sameBytes(found: Buffer, sent: Buffer): void {
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  expected([found.length, hash(found)]).toEqual([sent.length, hash(sent)]);
}

/** What waits on the disk of this browser to be sent. */
async function spooled(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    try {
      const root = await navigator.storage.getDirectory();
      const spool = await root.getDirectoryHandle("spool");
      for await (const name of (spool as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
    } catch {
      // Nothing was ever there.
    }
    return names;
  });
}

/** Two members who reach the relay through a gate each. */
async function gated(relay: Relay, ada: Page, ben: Page, [one, other]: [Gate, Gate]): Promise<void> {
  await setUpBy((await relay.setupLink()).replace(relay.url, one.url), ada);
  await join(ben, (await invite(ada)).replace(one.url, other.url));
}

test("files arrive byte for byte under their names, with a text or without", async ({ relay, person, secrets }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  secrets.push("harvest.bin", "Counted in the barn");
  const harvest = file("harvest.bin", randomBytes(5 * MIB + 7));
  const empty = file("empty.txt", Buffer.alloc(0), "text/plain");
  const notes = file("notes.txt", Buffer.from("Counted in the barn"), "text/plain");
  await attach(ada.page, [harvest, empty, notes]);
  await send(ada.page, "Three files");
  await sees(ben.page, "Three files");
  for (const sent of [harvest, empty, notes]) {
    await expect(row(ben.page, sent.name)).toBeVisible();
    const found = await saved(ben.page, sent.name);
    expect(found.name).toBe(sent.name);
    sameBytes(found.bytes, sent.buffer);
  }
  await attach(ada.page, [file("alone.bin", randomBytes(100))]);
  await send(ada.page);
  await expect(row(ben.page, "alone.bin")).toBeVisible();
  await expect.poll(() => spooled(ada.page)).toEqual([]);
});

test("sending goes on after a cut and a restart of the relay, and so does saving", async ({ relay, person }) => {
  const gates: [Gate, Gate] = [await Gate.start(relay.port), await Gate.start(relay.port)];
  const [ada, ben] = [await person({ visits: [gates[0].url] }), await person({ visits: [gates[1].url] })];
  await gated(relay, ada.page, ben.page, gates);
  const barn = file("barn.bin", randomBytes(24 * MIB + 5));
  await attach(ada.page, [barn]);
  const cut = gates[0].cutAfter({ up: 9 * MIB });
  await send(ada.page, "All of it");
  await cut;
  await expect(row(ada.page, barn.name).getByRole("status")).toContainText("Goes on");
  await relay.restart();
  const before = gates[0].up;
  gates[0].open();
  await sees(ben.page, "All of it", "general", RECONNECT_MS);
  expect(gates[0].up - before, "what arrived before the cut is not sent again").toBeLessThan(20 * MIB);

  const stopped = gates[1].cutAfter({ down: 9 * MIB });
  const saving = saved(ben.page, barn.name);
  await stopped;
  await relay.restart();
  gates[1].open();
  sameBytes((await saving).bytes, barn.buffer);
  for (const gate of gates) gate.stop();
});

test("a large file is saved also where nothing stands between page and relay", async ({ relay, person }) => {
  const [ada, ben] = [await person({ noServiceWorker: true }), await person({ noServiceWorker: true })];
  await twoMembers(relay, ada.page, ben.page);
  const barn = file("barn.bin", randomBytes(18 * MIB));
  await attach(ada.page, [barn]);
  await send(ada.page, "All at once");
  await sees(ben.page, "All at once");
  sameBytes((await saved(ben.page, barn.name)).bytes, barn.buffer);
});

test("a page that is loaded anew while it sends goes on where it was", async ({ relay, person }) => {
  const gates: [Gate, Gate] = [await Gate.start(relay.port), await Gate.start(relay.port)];
  const [ada, ben] = [await person({ visits: [gates[0].url] }), await person({ visits: [gates[1].url] })];
  await gated(relay, ada.page, ben.page, gates);
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const barn = file("barn.bin", randomBytes(12 * MIB + 3));
  await attach(ada.page, [barn]);
  const cut = gates[0].cutAfter({ up: 4 * MIB });
  await send(ada.page, "Before the reload");
  await cut;
  await expect(row(ada.page, barn.name).getByRole("status")).toContainText("Goes on");
  // The rest of the file is in the spool by then: sealing needs no line.
  await expect.poll(() => chunks(ada.page)).toEqual([13]);
  await ada.page.reload();
  await expect(row(ada.page, barn.name)).toBeVisible();
  gates[0].open();
  await sees(ben.page, "Before the reload", "general", RECONNECT_MS);
  sameBytes((await saved(ben.page, barn.name)).bytes, barn.buffer);
  await expect.poll(() => spooled(ada.page)).toEqual([]);
  for (const gate of gates) gate.stop();
});

/** How many chunks of each file lie in the spool. */
async function chunks(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const counts = new Map<string, number>();
    const root = await navigator.storage.getDirectory();
    const spool = await root.getDirectoryHandle("spool");
    for await (const folder of (spool as unknown as { values(): AsyncIterable<FileSystemDirectoryHandle> }).values()) {
      for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) {
        const file = name.split(".")[0]!;
        counts.set(file, (counts.get(file) ?? 0) + 1);
      }
    }
    return [...counts.values()];
  });
}

test("both ways can be stopped, and nothing is left", async ({ relay, person }) => {
  const gates: [Gate, Gate] = [await Gate.start(relay.port), await Gate.start(relay.port)];
  const [ada, ben] = [await person({ visits: [gates[0].url] }), await person({ visits: [gates[1].url] })];
  await gated(relay, ada.page, ben.page, gates);
  const barn = file("barn.bin", randomBytes(8 * MIB));
  await attach(ada.page, [barn]);
  const cut = gates[0].cutAfter({ up: 3 * MIB });
  await send(ada.page, "Not this");
  await cut;
  await ada.page.getByRole("button", { name: "Stop sending barn.bin" }).click();
  await expect(row(ada.page, barn.name)).toHaveCount(0);
  await expect(composer(ada.page)).toHaveValue("Not this");
  await expect.poll(() => spooled(ada.page)).toEqual([]);

  gates[0].open();
  await attach(ada.page, [barn]);
  await send(ada.page, "This instead");
  await sees(ben.page, "This instead");
  await expect(messages(ben.page).getByText("Not this")).toHaveCount(0);
  const stopped = gates[1].cutAfter({ down: 3 * MIB });
  await messages(ben.page).getByRole("button", { name: "Save barn.bin" }).click();
  await stopped;
  await row(ben.page, barn.name).getByRole("button", { name: /^Stop/ }).click();
  await expect(row(ben.page, barn.name).getByRole("progressbar")).toHaveCount(0);
  gates[1].open();
  sameBytes((await saved(ben.page, barn.name)).bytes, barn.buffer);
  for (const gate of gates) gate.stop();
});

test("one of several is taken out while it is sent, and the message goes with the rest", async ({ relay, person }) => {
  const gate = await Gate.start(relay.port);
  const [ada, ben] = [await person({ visits: [gate.url] }), await person()];
  await setUpBy((await relay.setupLink()).replace(relay.url, gate.url), ada.page);
  await join(ben.page, (await invite(ada.page)).replace(gate.url, relay.url));
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const sizes = { "hull.bin": 2, "mast.bin": 3, "sail.bin": 3 };
  const all = Object.entries(sizes).map(([name, size]) => file(name, randomBytes(size * MIB + 11)));
  await attach(ada.page, all);
  const cut = gate.cutAfter({ up: MIB });
  await send(ada.page, "The boat in parts");
  await cut;
  await expect(row(ada.page, "hull.bin").getByRole("status")).toContainText("Goes on");
  await ada.page.getByRole("button", { name: "Stop sending hull.bin" }).click();
  await expect(row(ada.page, "hull.bin")).toHaveCount(0);
  await expect(row(ada.page, "mast.bin")).toBeVisible();
  await expect(composer(ada.page)).toHaveValue("");
  // Also after a reload each is known by itself.
  const whole = async () => (await chunks(ada.page)).filter((count) => count === 4).length;
  await expect.poll(whole).toBe(2);
  await ada.page.reload();
  await expect(row(ada.page, "sail.bin")).toBeVisible();
  await ada.page.getByRole("button", { name: "Stop sending mast.bin" }).click();
  await expect(row(ada.page, "mast.bin")).toHaveCount(0);
  gate.open();
  await sees(ben.page, "The boat in parts");
  await expect(messages(ben.page).getByRole("group", { name: /\.bin$/ })).toHaveCount(1);
  sameBytes((await saved(ben.page, "sail.bin")).bytes, all[2]!.buffer);
  await expect.poll(() => spooled(ada.page)).toEqual([]);
  gate.stop();
});

test("what the relay let go of before it was shared is sent again, also after a reload", async ({ relay, person }) => {
  const [ada, ben] = [await person({ noServiceWorker: true }), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const people = ada.page.getByRole("complementary", { name: "People" });
  await people.getByRole("listitem").filter({ hasText: "Ben" }).hover();
  await people.getByRole("button", { name: /^Message .*Ben/ }).click();
  const mine = ada.page.getByRole("log", { name: "Messages in Ben" });
  await expect(ada.page.getByRole("textbox", { name: "Message Ben" })).toBeVisible();
  // A relay that says it has a chunk, and does not keep it until it is shared.
  const lost: string[] = [];
  const lose = async (route: Route): Promise<void> => {
    lost.push(route.request().headers()["parley-blob"] ?? "");
    await route.fulfill({ status: 200, body: "{}" });
  };
  const one = file("one.bin", randomBytes(2 * MIB + 1));
  await ada.context.route("**/upload", lose, { times: 3 });
  await attach(ada.page, [one]);
  await ada.page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(mine.getByText("At the relay")).toBeVisible({ timeout: 30_000 });
  expect(new Set(lost).size).toBe(3);

  // The same, and the page is closed before it asks to share them.
  const other = file("other.bin", randomBytes(2 * MIB + 2));
  await ada.context.route("**/upload", lose, { times: 3 });
  await ada.context.route("**/files/shares/*", (route) => route.abort());
  await attach(ada.page, [other]);
  await ada.page.getByRole("button", { name: "Send", exact: true }).click();
  await expect.poll(() => new Set(lost).size).toBe(6);
  await ada.context.unroute("**/files/shares/*");
  await ada.page.reload();
  await expect(mine.getByRole("group", { name: "other.bin" })).toBeVisible();
  await expect(mine.getByText("At the relay")).toHaveCount(2, { timeout: 30_000 });

  await ben.page.getByRole("button", { name: "Requests" }).click();
  const requests = ben.page.getByRole("dialog", { name: "Requests" });
  await requests.getByRole("button", { name: /^Accept .*Ada/ }).click();
  await requests.getByRole("button", { name: "Close" }).click();
  await ben.page.getByRole("navigation", { name: "Channels" }).locator(".channel.direct", { hasText: "Ada" }).click();
  const theirs = ben.page.getByRole("log", { name: "Messages in Ada" });
  for (const sent of [one, other]) {
    const download = ben.page.waitForEvent("download");
    await theirs.getByRole("button", { name: `Save ${sent.name}` }).click();
    sameBytes(readFileSync(await (await download).path()), sent.buffer);
  }
  await expect.poll(() => spooled(ada.page)).toEqual([]);
});

test("a chunk that the relay changed is named, and nothing of the file is given out", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const barn = file("barn.bin", randomBytes(2 * MIB + 9));
  await attach(ada.page, [barn]);
  await send(ada.page, "As I sent it");
  await sees(ben.page, "As I sent it");
  const folder = path(relay.data, "blobs");
  const blobs = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const last = blobs[blobs.length - 1];
  const place = path(last.parentPath, last.name);
  const bytes = readFileSync(place);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(place, bytes);
  let downloads = 0;
  ben.page.on("download", () => (downloads += 1));
  await messages(ben.page).getByRole("button", { name: "Save barn.bin" }).click();
  await expect(row(ben.page, barn.name)).toContainText("What the relay has isn't what was sent");
  expect(downloads).toBe(0);
});

test("names and types that lie do nothing", async ({ relay, person }) => {
  const [ada, ben] = [await person(), await person()];
  await twoMembers(relay, ada.page, ben.page);
  const page = Buffer.from("<html><script>document.title = 'taken'</script><h1>Taken over</h1></html>");
  const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "taken"</script></svg>');
  const liar = file("photo\u202egnp.html", page, "image/png");
  const svg = file("drawing.svg", drawing, "image/svg+xml");
  await attach(ada.page, [liar, svg]);
  await send(ada.page, "Have a look");
  await sees(ben.page, "Have a look");
  await expect(row(ben.page, "drawing.svg")).toBeVisible();
  await expect(row(ben.page, "photognp.html")).toBeVisible();
  await expect(messages(ben.page).getByRole("img", { name: /drawing|photo/ })).toHaveCount(0);
  const found = await saved(ben.page, "photognp.html");
  expect(found.name).toBe("photognp.html");
  sameBytes(found.bytes, page);
  expect(await ben.page.title()).not.toBe("taken");
});

test("a forwarded file is not sent again", async ({ relay, person }) => {
  const gate = await Gate.start(relay.port);
  const [ada, ben] = [await person({ visits: [gate.url] }), await person()];
  await setUpBy((await relay.setupLink()).replace(relay.url, gate.url), ada.page);
  await join(ben.page, (await invite(ada.page)).replace(gate.url, relay.url));
  const barn = file("barn.bin", randomBytes(3 * MIB));
  await attach(ada.page, [barn]);
  await send(ada.page, "Our barn");
  await sees(ben.page, "Our barn");
  const before = gate.up;
  await choose(ada.page, "Our barn", "Forward");
  const dialog = ada.page.getByRole("dialog", { name: "Forward to" });
  await dialog.getByRole("button", { name: "Forward" }).click();
  await expect(row(ben.page, barn.name)).toHaveCount(2);
  expect(gate.up - before).toBeLessThan(MIB);
  gate.stop();
});
