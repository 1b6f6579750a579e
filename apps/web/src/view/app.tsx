import type { ComponentChildren, VNode } from "preact";
import type { OpenClient } from "../effects/use-page.ts";
import { usePage } from "../effects/use-page.ts";
import { writersOf } from "../state/models.ts";
import { About } from "./about.tsx";
import { Composer } from "./composer.tsx";
import { Stage } from "./stage.tsx";
import { Unlock } from "./unlock.tsx";

export interface AppProps {
  /** Gives whoever answers. */
  readonly openClient: OpenClient;
  /** About whoever answers. */
  readonly children: ComponentChildren;
}

export function App({ openClient, children }: AppProps): VNode {
  const page = usePage(openClient);
  const { catalog, settings, runs, notice } = page.state;
  const isLocked = catalog.status === "locked";
  return (
    <>
      <header class="masthead">
        <h1>SDTT</h1>
        <p>A text, written everywhere at once.</p>
        {children}
        <About models={writersOf(settings)} />
      </header>
      <main>
        {isLocked ? <Unlock wasRefused={catalog.wasRefused} onKey={page.unlock} /> : <Composer page={page} />}
        {(!isLocked || runs.length > 0) && <Stage page={page} />}
      </main>
      <p class="notice" role="status">
        {notice}
      </p>
    </>
  );
}
