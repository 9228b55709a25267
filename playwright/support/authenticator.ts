// A passkey's home: an authenticator that the browser itself plays, with a person who always agrees.
import type { CDPSession, Page } from "@playwright/test";

export class Authenticator {
  private constructor(
    private readonly browser: CDPSession,
    private readonly id: string,
  ) {}

  /** Plugs one in for a page. `secret`: whether it computes what opens messages (the PRF extension). */
  static async plugIn(page: Page, secret = true): Promise<Authenticator> {
    const browser = await page.context().newCDPSession(page);
    await browser.send("WebAuthn.enable");
    const { authenticatorId } = await browser.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: secret,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return new Authenticator(browser, authenticatorId);
  }

  /** How many passkeys it keeps. */
  async count(): Promise<number> {
    const { credentials } = await this.browser.send("WebAuthn.getCredentials", { authenticatorId: this.id });
    return credentials.length;
  }

  /** The person does not prove who they are: a wrong finger, a wrong PIN. */
  async recognises(isRecognised: boolean): Promise<void> {
    await this.browser.send("WebAuthn.setUserVerified", { authenticatorId: this.id, isUserVerified: isRecognised });
  }
}

/** What this browser kept is gone, as on a new one. The authenticator stays. */
export async function forgetEverything(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto("/icons/parley.svg");
  const browser = await page.context().newCDPSession(page);
  await browser.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await page.context().clearCookies();
}
