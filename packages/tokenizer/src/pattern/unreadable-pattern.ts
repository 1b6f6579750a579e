/** Why a pattern is refused, in words that go into the middle of a sentence. */
export class UnreadablePattern extends Error {
  override readonly name = "UnreadablePattern";
}
