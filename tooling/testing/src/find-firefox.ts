import { existsSync } from "node:fs";

const places = [
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/** A Firefox that is already there: none is downloaded. `SDTT_FIREFOX` names one elsewhere. */
export function findFirefox(): string | undefined {
  return [process.env["SDTT_FIREFOX"] ?? "", ...places].find((place) => existsSync(place));
}
