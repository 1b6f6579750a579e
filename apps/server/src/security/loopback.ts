import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Whether a host name or address, an IPv6 one with or without brackets, can mean nothing but this machine. */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[(.*)\]$/, "$1");
  const family = isIP(name);
  return family === 0 ? name === "localhost" : loopback.check(name, family === 4 ? "ipv4" : "ipv6");
}
