/** What a call of @huggingface/hub is told of a login. */
export interface LibraryAccess {
  readonly fetch: typeof fetch;
  readonly accessToken?: string;
}

/** Has the form that the library demands. */
const standIn = "hf_stand_in";

/**
 * Lets the library decide which requests carry the token without showing it: the library refuses every token that does
 * not begin with `hf_`, which those of other hubs need not.
 */
export function accessWith(token: string | undefined, send: typeof fetch): LibraryAccess {
  if (token === undefined) return { fetch: send };
  return {
    accessToken: standIn,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      if (headers.get("Authorization") === `Bearer ${standIn}`)
        headers.set("Authorization", `Bearer ${token}`);
      return send(input, { ...init, headers });
    },
  };
}
