import type { Queue } from "../queue.ts";
import type { Residents } from "./residents.ts";
import type { Handle, OrtApi } from "./functions.ts";
import type { Library } from "./library.ts";

/** What the sessions of one engine share. */
export interface Context {
  readonly library: Library;
  readonly api: OrtApi;
  readonly environment: Handle;
  /** Describes ordinary memory, to wrap tensors that lie there. */
  readonly memoryInfo: Handle;
  readonly threads: number;
  /** One thing at a time per engine: a run takes all its threads, and residents hold still while it uses them. */
  readonly queue: Queue;
  readonly residents: Residents;
}
