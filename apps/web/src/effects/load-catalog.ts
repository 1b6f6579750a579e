import { ApiFailure } from "../api/api-failure.ts";
import type { Client } from "../api/client.ts";
import type { Catalog } from "../state/state.ts";
import { describeFailure } from "./describe-failure.ts";

/** Asks what the server has; what goes wrong is an answer, too. */
export async function loadCatalog(client: Client, hasKey: boolean): Promise<Catalog> {
  try {
    return { status: "ready", models: await client.listModels() };
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return { status: "locked", wasRefused: hasKey };
    return { status: "failed", failure: describeFailure(error) };
  }
}
