import type { Limits } from "./limits.ts";
import type { ServedModel } from "./served-model.ts";

/** What the routes share. */
export interface ServerContext {
  /** By name: the only models that a request can reach. The first is the one of requests that name none. */
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly limits: Limits;
  /** Seconds since 1970 at which the server started. */
  readonly started: number;
  /** Fires when what is still under way has to end. */
  readonly halt: AbortSignal;
  readonly isStopping: () => boolean;
}
