import { startServer } from "@sdtt/server";
import type { ServerOptions } from "@sdtt/server";
import { quietChromium } from "@sdtt/testing/find-chromium";
import { openPage } from "@sdtt/web";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { loadModel } from "sdtt";
import type { LanguageModel } from "sdtt";

/** The server with its page, and a browser to look at it. */
export interface Scene extends AsyncDisposable {
  readonly url: string;
  readonly browser: Browser;
}

export interface SceneOptions extends Pick<ServerOptions, "apiKey"> {
  readonly executablePath: string;
  /** Of the bundled models to serve; two are enough to compare. */
  readonly names: readonly string[];
}

export async function openScene({ executablePath, names, apiKey }: SceneOptions): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const models = new Map<string, LanguageModel>();
  for (const name of names) models.set(name, opened.use(await loadModel(name)));
  const server = opened.use(await startServer({ models, port: 0, page: await openPage(), apiKey, grace: 1 }));
  const browser = await launchBrowser(executablePath);
  opened.defer(() => browser.close());
  const held = opened.move();
  return { url: server.url, browser, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** A browser that fetches nothing of its own accord. */
export function launchBrowser(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [...quietChromium, ...args],
  });
}
