/** The code of the error of a request that took too long. */
export const timeLimit = "time_limit";

/** An error that is the client's to read: what it says goes out as it is. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The field of the request that is to blame. */
  readonly param: string | undefined;
  readonly code: string | undefined;

  constructor(
    status: number,
    message: string,
    details: { param?: string; code?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.status = status;
    this.param = details.param;
    this.code = details.code;
  }
}
