import { expect, test } from "vitest";
import { listeningUrls } from "./listening-urls.ts";

const address = (address: string, internal = false) => ({
  address,
  internal,
  netmask: "",
  mac: "",
  cidr: null,
  ...(address.includes(":") ? { family: "IPv6" as const, scopeid: 0 } : { family: "IPv4" as const }),
});
const interfaces = {
  lo: [address("127.0.0.1", true), address("::1", true)],
  eth0: [address("10.1.2.3"), address("2001:db8::7"), address("fe80::1")],
};

test("where a server listens everywhere, the addresses of the machine are told", () => {
  expect(listeningUrls("127.0.0.1", 80, interfaces)).toEqual(["http://127.0.0.1:80"]);
  expect(listeningUrls("::1", 80, interfaces)).toEqual(["http://[::1]:80"]);
  expect(listeningUrls("0.0.0.0", 80, interfaces)).toEqual(["http://127.0.0.1:80", "http://10.1.2.3:80"]);
  expect(listeningUrls("::", 80, interfaces)).toEqual([
    "http://127.0.0.1:80",
    "http://10.1.2.3:80",
    "http://[2001:db8::7]:80",
  ]);
});
