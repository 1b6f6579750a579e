import { ApiError } from "../errors/api-error.ts";
import type { ServedModel } from "../served-model.ts";
import type { ServerContext } from "../server-context.ts";

/** The model of a name; the first for a request that names none. Throws 404. */
export function findModel({ models }: ServerContext, name: string | null | undefined): ServedModel {
  const found = name == null || name === "" ? models.values().next().value : models.get(name);
  if (found) return found;
  const served = [...models.keys()].join(", ");
  throw new ApiError(404, `The model "${name?.slice(0, 100)}" is not served here; there are: ${served}.`, {
    param: "model",
    code: "model_not_found",
  });
}
