// The film: a program that has just been copied to a machine, and a minute later two people who talk. What is typed in
// the terminal stands in the handbook (docs/operating/README.md). PARLEY_FILM=1 keeps the trace.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Locator, type Page, expect, test } from "@playwright/test";
import { ADA, BEN, COMMUNITY, composer, sees } from "./support/acts.ts";
import { freePort } from "./support/ports.ts";

const PROGRAM = resolve(process.env.PARLEY_RELAY ?? "../dist/parley-relay");
const HANDBOOK = "../docs/operating/README.md";
const WORDS = "The kettle is on, come over";
const LIMIT_MS = 60_000;
const IS_FILM = Boolean(process.env.PARLEY_FILM ?? process.env.PARLEY_FULL);
/** Between two keys: in the film somebody who types 60 words a minute. */
const KEY_MS = IS_FILM ? 200 : 20;
/** Before a click: in the film somebody who looks where it goes. */
const LOOK_MS = IS_FILM ? 700 : 0;

test.use({ trace: IS_FILM ? "on" : "retain-on-failure" });

test("from the program on the machine to the first message in less than a minute", async ({ browser }) => {
  const machine = await Machine.withTheProgram();
  const contexts = [await browser.newContext({ locale: "en-GB" }), await browser.newContext({ locale: "en-GB" })];
  try {
    const [ada, ben] = [await contexts[0]!.newPage(), await contexts[1]!.newPage()];
    const began = performance.now();
    const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
    const took: string[] = [];

    const link = await machine.followTheHandbook();
    took.push(`the relay runs: ${seconds()} s`);

    await ada.goto(link);
    await type(ada.getByLabel("Community name"), COMMUNITY);
    await introduce(ada, ADA.name, ADA.password);
    await click(ada.getByRole("button", { name: "Create community" }));
    await expect(composer(ada)).toBeVisible({ timeout: LIMIT_MS });
    took.push(`the community stands: ${seconds()} s`);

    await click(ada.getByRole("button", { name: "Invite people" }));
    const dialog = ada.getByRole("dialog", { name: "Invite people" });
    await click(dialog.getByRole("button", { name: /Make (invite|another) link/ }));
    const field = dialog.getByLabel("Invite link", { exact: true });
    await expect(field).toHaveValue(/#/);
    await ben.goto(await field.inputValue());
    await introduce(ben, BEN.name, BEN.password);
    await click(ben.getByRole("button", { name: "Join", exact: true }));
    await expect(composer(ben)).toBeVisible({ timeout: LIMIT_MS });
    took.push(`the second browser is in: ${seconds()} s`);

    await type(composer(ben), WORDS);
    await composer(ben).press("Enter");
    await click(dialog.getByRole("button", { name: "Close" }));
    await sees(ada, WORDS);
    const all = performance.now() - began;
    took.push(`the message is read: ${seconds()} s`);

    console.log(`    ${took.join("\n    ")}`);
    test.info().annotations.push({ type: "film", description: took.join("; ") });
    expect(all).toBeLessThan(LIMIT_MS);
    expect(machine.filesWith(WORDS), "files of the machine with the words in the clear").toEqual([]);
  } finally {
    for (const context of contexts) await context.close();
    await machine.remove();
  }
});

/** As fingers do, who have thought of the words before. */
async function type(field: Locator, text: string): Promise<void> {
  await field.pressSequentially(text, { delay: KEY_MS });
}

async function click(button: Locator): Promise<void> {
  await button.page().waitForTimeout(LOOK_MS);
  await button.click();
}

async function introduce(page: Page, name: string, password: string): Promise<void> {
  await type(page.getByLabel("Your name"), name);
  await type(page.getByLabel("Password", { exact: true }), password);
  await type(page.getByLabel("Password again", { exact: true }), password);
}

/** A machine with the program on it, as it was copied there, and nothing else. */
class Machine {
  private shell: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly ports: { relay: number; turn: number },
  ) {}

  static async withTheProgram(): Promise<Machine> {
    const folder = mkdtempSync(join(tmpdir(), "parley-film-"));
    const name = "parley-relay-0-linux-x86_64";
    mkdirSync(join(folder, name));
    copyFileSync(PROGRAM, join(folder, name, "parley-relay"));
    execFileSync("tar", ["--create", "--gzip", "--file", `${name}.tar.gz`, name], { cwd: folder });
    rmSync(join(folder, name), { recursive: true });
    return new Machine(folder, { relay: await freePort(), turn: await freePort() });
  }

  /** Types what the handbook says. Returns the link that the relay prints. */
  async followTheHandbook(): Promise<string> {
    const commands = readFileSync(HANDBOOK, "utf8").match(/```sh\n([\s\S]*?\.\/parley-relay)\n```/)?.[1];
    expect(commands, "the handbook says how to start").toBeTruthy();
    // Other stories have the usual ports.
    const shell = spawn("sh", ["-ec", commands!], {
      cwd: this.folder,
      detached: true,
      env: {
        PATH: process.env.PATH,
        PARLEY_LISTEN: `127.0.0.1:${this.ports.relay}`,
        PARLEY_TURN_LISTEN: `127.0.0.1:${this.ports.turn}`,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.shell = shell;
    let said = "";
    return new Promise((found, failed) => {
      shell.stdout!.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        const link = said.match(/https?:\/\/\S+\/setup\S+/)?.[0];
        if (link) found(link);
      });
      shell.on("exit", () => failed(new Error(`the relay ended:\n${said}`)));
    });
  }

  /** Where on the machine these words are found. */
  filesWith(words: string): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(words));
  }

  async remove(): Promise<void> {
    if (this.shell?.pid && this.shell.exitCode === null) {
      const ended = once(this.shell, "exit");
      process.kill(-this.shell.pid, "SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
