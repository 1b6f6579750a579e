export interface OpenPageOptions {
  /** Told when the page has to be built first, which takes seconds; in a checkout of the sources alone. */
  readonly onBuild?: (() => void) | undefined;
}

/** The folder of the page, for a server to hand out. */
export type OpenPage = (options?: OpenPageOptions) => Promise<string>;
