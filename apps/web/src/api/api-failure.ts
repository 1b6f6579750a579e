/** What the server refused, in its own words. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Errors have OpenAI's shape; what is none (a proxy's, say) is told by its status. */
export async function failureOf(answer: Response): Promise<ApiFailure> {
  const body = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
  return new ApiFailure(answer.status, body?.error?.message ?? `The server answered with ${answer.status}.`);
}
