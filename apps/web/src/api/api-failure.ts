/** Why the server gave no answer, or not the whole of one: a sentence for whoever looks at the page. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  /** The status of the answer; 0 where there was none, or none that can be read. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }

  /** Whether the same request may succeed a second time. */
  get canRetry(): boolean {
    return this.status === 0 || this.status >= 500 || [404, 408, 429].includes(this.status);
  }
}

/** Errors have OpenAI's shape, and their messages were written for people; anything else (a proxy's page) is reported by its status. */
export async function failureOf(answer: Response): Promise<ApiFailure> {
  const { status } = answer;
  if (status === 401) return new ApiFailure(status, "The server asks for a key.");
  const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
  return new ApiFailure(status, body?.error?.message ?? `The server answered with an error (${status}).`);
}

/** What a browser's own error means, which is worded for programmers and differently by each browser. Aborts stay as they are. */
export function explain(error: unknown, message: string): unknown {
  const isOurs = error instanceof ApiFailure || (error as Error).name === "AbortError";
  return isOurs ? error : new ApiFailure(0, message, { cause: error });
}
