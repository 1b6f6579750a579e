import { isIP } from "node:net";
import type { networkInterfaces } from "node:os";

type Interfaces = ReturnType<typeof networkInterfaces>;

/** The addresses of a server: those of this machine's interfaces where it listens on all of them, its own first. */
export function listeningUrls(host: string, port: number, interfaces: Interfaces): string[] {
  const hosts = isWildcard(host) ? addressesOf(host, interfaces) : [host];
  return hosts.map((name) => `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`);
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function addressesOf(host: string, interfaces: Interfaces): string[] {
  const others = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    // A link-local address means nothing without the name of its interface.
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
    .filter(({ family }) => family === "IPv4" || host === "::")
    .map(({ address }) => address);
  return ["127.0.0.1", ...others];
}
