import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { runServer } from "verdaccio";

/** A registry on this machine. */
export interface Registry extends AsyncDisposable {
  readonly url: string;
}

/**
 * Opens a registry on loopback that anyone may publish our packages to; all others it passes on from the configured registry.
 * What is published lies in `directory` and nowhere else.
 */
export async function openRegistry(options: {
  readonly directory: string;
  /** The registry of everybody else's packages. */
  readonly upstream: string;
}): Promise<Registry> {
  const { directory, upstream } = options;
  const ours = { access: "$all", publish: "$all", unpublish: "$all" };
  const { listener } = await listen({
    storage: join(directory, "storage"),
    self_path: join(directory, "verdaccio.yaml"),
    configPath: join(directory, "verdaccio.yaml"),
    uplinks: { upstream: { url: upstream, timeout: "120s", maxage: "1d", cache: false } },
    packages: { "@sdtt/*": ours, sdtt: ours, "**": { access: "$all", proxy: "upstream" } },
    auth: { htpasswd: { file: join(directory, "htpasswd"), max_users: -1 } },
    web: { enable: false },
    max_body_size: "100mb",
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      listener.closeAllConnections();
      listener.close();
      await once(listener, "close");
    },
  };
}

async function listen(config: object) {
  const listener = await runServer(config as never);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  return { listener };
}
