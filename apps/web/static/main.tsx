import { render } from "preact";
import { createLocalClient } from "../src/local/local-client.ts";
import { createLocalModels } from "../src/local/local-models.ts";
import { LocalStatus } from "../src/local/local-status.tsx";
import { App } from "../src/view/app.tsx";

const models = createLocalModels();
const client = createLocalClient(models);
render(
  <App openClient={() => client}>
    <LocalStatus models={models} />
  </App>,
  document.querySelector("#page")!,
);

// Keeps the page and the engine for offline use. Where the browser has none or forbids it, the page works online.
void navigator.serviceWorker?.register("./service-worker.js").catch(() => {});
