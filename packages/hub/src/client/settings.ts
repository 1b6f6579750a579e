import { homedir } from "node:os";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";

/** Environment variables, `process.env` or a stand-in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the Hub and its cache are, as the variables of Python's huggingface_hub say it. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly cacheDirectory: string;
  readonly offline: boolean;
}

/**
 * Reads `HF_ENDPOINT`, `HF_TOKEN`, `HF_HUB_CACHE`, `HF_HOME` and `HF_HUB_OFFLINE`, and the older names that Python still
 * reads. An empty variable is an unset one.
 *
 * @throws SdttError `usage` for an endpoint that is not a URL and for a token that cannot be one.
 */
export function readHubSettings(environment: Environment, home: string = homedir()): HubSettings {
  const value = (...names: string[]): string | undefined =>
    names.map((name) => environment[name]?.trim()).find((text) => text);
  const directory = (text: string): string => text.replace(/^~(?=$|[/\\])/, home);

  const userCache = value("XDG_CACHE_HOME") ?? join(home, ".cache");
  const hubHome = directory(value("HF_HOME") ?? join(userCache, "huggingface"));
  return {
    endpoint: checkEndpoint(value("HF_ENDPOINT") ?? "https://huggingface.co"),
    token: checkToken(value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")),
    cacheDirectory: directory(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? join(hubHome, "hub")),
    offline: /^(1|on|yes|true)$/i.test(value("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE") ?? ""),
  };
}

function checkEndpoint(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new SdttError(
      "usage",
      `HF_ENDPOINT is "${text}"; it must be a URL such as https://huggingface.co.`,
    );
  }
  return text.replace(/\/+$/, "");
}

/** The client library refuses other tokens with a bare TypeError. The message must not show what was given. */
function checkToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^hf_[\x21-\x7e]+$/.test(text)) {
    throw new SdttError(
      "usage",
      "HF_TOKEN does not look like a token: one begins with hf_ and holds no spaces. Copy it anew from https://huggingface.co/settings/tokens, or unset it.",
    );
  }
  return text;
}
