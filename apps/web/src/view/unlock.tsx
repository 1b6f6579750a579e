import type { VNode } from "preact";
import { useState } from "preact/hooks";

/** Asks for the key that the server wants. */
export function Unlock({ wasRefused, onKey }: { wasRefused: boolean; onKey: (key: string) => void }): VNode {
  const [key, setKey] = useState("");
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        onKey(key);
      }}
    >
      <label class="field">
        <span class="name">The server's key</span>
        <input
          type="password"
          autocomplete="off"
          required
          aria-invalid={wasRefused}
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      <p class="hint">
        Set where the server was started: <code>SDTT_API_KEY</code>.
      </p>
      {wasRefused && <p role="alert">The server does not know this key.</p>}
      <div class="actions">
        <button class="primary">Open</button>
      </div>
    </form>
  );
}
