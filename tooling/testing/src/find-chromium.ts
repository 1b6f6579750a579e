import { existsSync } from "node:fs";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A browser that is already there: none is downloaded. `SDTT_CHROMIUM` names one elsewhere. */
export function findChromium(): string | undefined {
  return [process.env["SDTT_CHROMIUM"] ?? "", ...places].find((place) => existsSync(place));
}

/** What starts one that fetches nothing of its own accord. */
export const quietChromium: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
