import { SdttError } from "@sdtt/core";
import { findChromium, quietChromium } from "@sdtt/testing/find-chromium";
import { findFirefox } from "@sdtt/testing/find-firefox";
import { launch } from "puppeteer-core";
import type { Browser } from "puppeteer-core";

/** Milliseconds that a page may take for an answer: the large models take minutes to load. */
const patience = 1_800_000;

/** @throws SdttError `unavailable` where there is no Chromium. */
export function expectChromium(): string {
  const executablePath = findChromium();
  if (executablePath) return executablePath;
  throw new SdttError(
    "unavailable",
    "There is no Chromium on this machine: install one or set SDTT_CHROMIUM.",
  );
}

/** The browsers of this machine, each as what starts it. */
export function openBrowsers(): ReadonlyMap<string, () => Promise<Browser>> {
  const chromium = expectChromium();
  const firefox = findFirefox();
  const started = new Map([
    [
      "Chromium",
      () => launch({ executablePath: chromium, args: [...quietChromium], protocolTimeout: patience }),
    ],
  ]);
  if (firefox) {
    started.set("Firefox", () =>
      launch({ browser: "firefox", executablePath: firefox, protocolTimeout: patience }),
    );
  }
  return started;
}
