const name = "sdtt-key";

/** The server's key, as long as the tab is open; nowhere where the browser keeps nothing. */
export const keyStore = {
  read(): string | undefined {
    try {
      return sessionStorage.getItem(name) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(key: string): void {
    try {
      sessionStorage.setItem(name, key);
    } catch {
      // The key then lasts until the page is left.
    }
  },
};
