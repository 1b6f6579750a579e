/** Resources that are released together, the last one first. */
export interface ResourceStack extends AsyncDisposable {
  /** Adds a resource and returns it. */
  use<Resource extends AsyncDisposable | Disposable>(resource: Resource): Resource;
  /** Adds a function that releases something. */
  defer(release: () => void | PromiseLike<void>): void;
  /** Moves everything to a new stack. This one is then empty. */
  move(): ResourceStack;
}

/**
 * Creates an empty stack: an `AsyncDisposableStack`, which Node 22 does not have. Disposing of it releases everything, whatever fails;
 * it rejects with what a resource threw, or with an `AggregateError` if several did.
 */
export function createResourceStack(): ResourceStack {
  return stackOf([]);
}

function stackOf(releases: (() => void | PromiseLike<void>)[]): ResourceStack {
  return {
    use(resource) {
      releases.push(() => dispose(resource));
      return resource;
    },
    defer: (release) => void releases.push(release),
    move: () => stackOf(releases.splice(0)),
    async [Symbol.asyncDispose]() {
      const errors: unknown[] = [];
      for (let release = releases.pop(); release !== undefined; release = releases.pop()) {
        try {
          await release();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 1) throw new AggregateError(errors, "Several resources could not be released.");
      if (errors.length > 0) throw errors[0];
    },
  };
}

function dispose(resource: AsyncDisposable | Disposable): void | PromiseLike<void> {
  return Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose]();
}
