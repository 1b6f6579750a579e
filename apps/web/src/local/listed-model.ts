import type { ModelInfo } from "../api/events.ts";

/** A model that lies beside the page. */
export interface ListedModel extends ModelInfo {
  /** Its folder, relative to the page. */
  readonly folder: string;
}
