import type { BrowserContextOptions } from "playwright-core";

/** In how many ways the page is looked at. */
export const looks: readonly BrowserContextOptions[] = [
  { colorScheme: "light" },
  { colorScheme: "dark" },
  { colorScheme: "light", viewport: { width: 390, height: 844 } },
  { colorScheme: "dark", viewport: { width: 320, height: 640 } },
  { colorScheme: "light", forcedColors: "active" },
  { colorScheme: "dark", forcedColors: "active" },
];

/** `dark, 320 wide` */
export function nameOf({ colorScheme, viewport, forcedColors }: BrowserContextOptions): string {
  return `${colorScheme}, ${viewport?.width ?? 1280} wide${forcedColors ? ", forced colours" : ""}`;
}
