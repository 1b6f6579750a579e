/** There is no room for a request now; there will be. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
  /** Seconds after which to try again: a whole number from 1 to 60. */
  readonly retryAfter: number;

  constructor(secondsOfWork: number) {
    const retryAfter = Math.min(60, Math.max(1, Math.ceil(secondsOfWork)));
    super(`The server has as many texts to write as it takes. Try again in ${retryAfter} s.`);
    this.retryAfter = retryAfter;
  }
}
