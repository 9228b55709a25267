// A company's identity provider: a real one (node-oidc-provider) on this machine, with a sign-in page of its own.
import type { Server } from "node:http";
import type { Page } from "@playwright/test";
import { Provider } from "oidc-provider";
import { freePort } from "./ports.ts";

const SECRET = "a secret of the relay at its provider";

export class Company {
  private server: Server | undefined;

  private constructor(
    readonly id: string,
    readonly name: string,
    readonly issuer: string,
  ) {}

  /** A provider that lets the relay at `relayUrl` ask it. */
  static async open(id: string, name: string, relayUrl: string): Promise<Company> {
    const port = await freePort();
    const company = new Company(id, name, `http://localhost:${port}`);
    const provider = new Provider(company.issuer, {
      clients: [
        {
          client_id: "parley",
          client_secret: SECRET,
          redirect_uris: [`${relayUrl}/auth/oidc/callback`],
        },
      ],
      claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
      cookies: { keys: ["one of a story"] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: `${id}@${company.id}.example`, name: id }),
      }),
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    });
    provider.use(async (context, next) => {
      if (!context.path.startsWith("/interaction/")) return next();
      const details = await provider.interactionDetails(context.req, context.res);
      if (context.method === "GET") {
        context.type = "html";
        context.body = page(name);
        return;
      }
      const said = new URLSearchParams(await text(context.req));
      const accountId = said.get("login") ?? "";
      if (said.has("cancel") || !accountId) {
        await provider.interactionFinished(context.req, context.res, { error: "access_denied" });
      } else {
        const grant = new provider.Grant({ accountId, clientId: String(details.params.client_id) });
        grant.addOIDCScope("openid profile");
        const consent = { grantId: await grant.save() };
        await provider.interactionFinished(context.req, context.res, { login: { accountId }, consent });
      }
      context.respond = false;
    });
    await new Promise<void>((ready) => {
      company.server = provider.listen(port, "127.0.0.1", ready);
    });
    return company;
  }

  /** Its table in the relay's configuration file. */
  table(invite?: string): string {
    return [
      "[[provider]]",
      `id = "${this.id}"`,
      `name = "${this.name}"`,
      `issuer = "${this.issuer}"`,
      'client_id = "parley"',
      `client_secret = "${SECRET}"`,
      ...(invite ? [`invite = "${invite}"`] : []),
      "",
    ].join("\n");
  }

  /** Fills in its sign-in page. */
  async signIn(page: Page, login: string): Promise<void> {
    await page.getByLabel(`${this.name} account`).fill(login);
    await page.getByRole("button", { name: "Continue" }).click();
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

function page(name: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,"><h1>${name}</h1>
<form method="post"><label>${name} account <input name="login"></label> <button>Continue</button> <button name="cancel">Cancel</button></form></html>`;
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
