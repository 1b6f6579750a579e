import { join } from "node:path";
import { expect, test } from "vitest";
import { readHubSettings } from "./settings.ts";

const read = (environment: Record<string, string>) => readHubSettings(environment, "/home/ada");

test("the cache is where Python's huggingface_hub looks for it", () => {
  const cacheOf = (environment: Record<string, string>) => read(environment).cacheDirectory;
  expect(cacheOf({})).toBe(join("/home/ada", ".cache", "huggingface", "hub"));
  expect(cacheOf({ XDG_CACHE_HOME: "/x" })).toBe(join("/x", "huggingface", "hub"));
  expect(cacheOf({ XDG_CACHE_HOME: "/x", HF_HOME: "/hf" })).toBe(join("/hf", "hub"));
  expect(cacheOf({ HF_HOME: "~/hf" })).toBe(join("/home/ada/hf", "hub"));
  expect(cacheOf({ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old" })).toBe("/old");
  expect(cacheOf({ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" })).toBe("/new");
});

test("an empty variable is an unset one, and a switch is on for the usual words", () => {
  expect(read({ HF_ENDPOINT: "", HF_TOKEN: " ", HF_HUB_OFFLINE: "" })).toMatchObject({
    endpoint: "https://huggingface.co",
    token: undefined,
    offline: false,
  });
  for (const on of ["1", "ON", "yes", "True"]) expect(read({ HF_HUB_OFFLINE: on }).offline).toBe(true);
  for (const off of ["0", "off", "no"]) expect(read({ HF_HUB_OFFLINE: off }).offline).toBe(false);
});

test("an endpoint loses its last slash; a value that cannot be one is refused", () => {
  expect(read({ HF_ENDPOINT: "http://127.0.0.1:80/hub/" }).endpoint).toBe("http://127.0.0.1:80/hub");
  expect(() => read({ HF_ENDPOINT: "huggingface.co" })).toThrow(/HF_ENDPOINT is "huggingface.co"/);
  expect(() => read({ HF_TOKEN: "hf_two words" })).toThrow(/does not look like a token/);
});
