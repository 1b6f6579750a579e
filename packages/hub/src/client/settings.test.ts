import { join } from "node:path";
import { expect, test } from "vitest";
import { connectToHub } from "./connection.ts";
import { readHubSettings } from "./settings.ts";

const read = (environment: Record<string, string>) => readHubSettings(environment, "/home/ada");

test("the cache is where Python's huggingface_hub looks for it", () => {
  const cacheOf = (environment: Record<string, string>) => read(environment).cacheDirectory;
  expect(cacheOf({})).toBe(join("/home/ada", ".cache", "huggingface", "hub"));
  expect(cacheOf({ XDG_CACHE_HOME: "/x" })).toBe(join("/x", "huggingface", "hub"));
  expect(cacheOf({ XDG_CACHE_HOME: "/x", HF_HOME: "/hf" })).toBe(join("/hf", "hub"));
  expect(cacheOf({ HF_HOME: "~/hf" })).toBe(join("/home/ada/hf", "hub"));
  expect(cacheOf({ XDG_CACHE_HOME: "~/x" })).toBe(join("/home/ada/x", "huggingface", "hub"));
  expect(cacheOf({ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old" })).toBe("/old");
  expect(cacheOf({ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" })).toBe("/new");
});

test("variables within a directory are expanded as Python expands them", () => {
  const environment = { HF_HOME: "$SCRATCH/${USER}/$NONE", SCRATCH: "/s", USER: "ada" };
  expect(read(environment).cacheDirectory).toBe(join("/s/ada/$NONE", "hub"));
});

test("the file of the token is at HF_TOKEN_PATH or in HF_HOME", () => {
  expect(read({}).tokenPath).toBe(join("/home/ada", ".cache", "huggingface", "token"));
  expect(read({ HF_HOME: "/hf", HF_HUB_CACHE: "/cache" }).tokenPath).toBe(join("/hf", "token"));
  expect(read({ HF_HOME: "/hf", HF_TOKEN_PATH: "~/secret" }).tokenPath).toBe("/home/ada/secret");
});

test("an empty variable is an unset one, and a switch is on for the usual words", () => {
  expect(read({ HF_ENDPOINT: "", HF_HUB_OFFLINE: "" })).toMatchObject({
    endpoint: "https://huggingface.co",
    offline: false,
  });
  for (const on of ["1", "ON", "yes", "True"]) expect(read({ HF_HUB_OFFLINE: on }).offline).toBe(true);
  for (const off of ["0", "off", "no"]) expect(read({ HF_HUB_OFFLINE: off }).offline).toBe(false);
  expect(read({ TRANSFORMERS_OFFLINE: "1" }).offline).toBe(true);
  expect(read({ HF_HUB_OFFLINE: "0", TRANSFORMERS_OFFLINE: "1" }).offline).toBe(false);
});

test("an endpoint loses its last slash; a value that cannot be one is refused where it is needed", () => {
  expect(read({ HF_ENDPOINT: "http://127.0.0.1:80/hub/" }).endpoint).toBe("http://127.0.0.1:80/hub");
  const environment = { HF_ENDPOINT: "huggingface.co" };
  expect(() => connectToHub({ environment })).toThrow(/HF_ENDPOINT is "huggingface.co"/);
  expect(connectToHub({ environment, offline: true }).offline).toBe(true);
});
