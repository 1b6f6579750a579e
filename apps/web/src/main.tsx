import { render } from "preact";
import { createClient } from "./api/client.ts";
import { App } from "./view/app.tsx";

render(
  <App openClient={(key) => createClient({ key })}>
    <nav aria-label="About this server">
      <a href="./docs">API</a>
    </nav>
  </App>,
  document.querySelector("#page")!,
);
