// A browser for tests, which notes whom its pages ask and what they complain of.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/**
 * What Chromium is to leave out. The last two are pages that its address bar loads for each visitor, shown or not, and that cost as much
 * as the page itself; the others are what Playwright leaves out, as a list on the command line takes the place of the one before.
 */
const LEFT_OUT = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
];

export class Browsing {
  #browser: Browser | undefined;
  #contexts: BrowserContext[] = [];
  readonly #hosts = new Set<string>();
  #complaints: string[] = [];

  async start(executablePath: string | undefined): Promise<void> {
    if (executablePath === undefined) throw new Error("No chromium was found; expected one, as CI is set.");
    const args = ["--no-sandbox", `--disable-features=${LEFT_OUT.join(",")}`];
    this.#browser = await chromium.launch({ executablePath, args });
  }

  /** A page of a visitor who was never here; `prepare` is called before it is loaded. */
  async open(
    url: string,
    options: BrowserContextOptions = {},
    prepare: (page: Page) => Promise<unknown> = async () => {},
  ): Promise<Page> {
    if (!this.#browser) throw new Error("The browser has not been started.");
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith("http")) this.#hosts.add(host);
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.#complaints.push(error.message));
    await prepare(page);
    await page.goto(url);
    return page;
  }

  /** Hosts that were asked. */
  get hosts(): readonly string[] {
    return [...this.#hosts];
  }

  /** Errors and warnings of pages, violations of the content policy among them. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Leaves out what a test has brought about. */
  forgive(complaint: RegExp): void {
    this.#complaints = this.#complaints.filter((text) => !complaint.test(text));
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    this.#contexts = [];
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }
}
