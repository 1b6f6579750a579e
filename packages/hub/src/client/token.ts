import { open } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { errorCode, fileError } from "../file-error.ts";
import { isOn } from "./settings.ts";
import type { Environment } from "./settings.ts";

/** No token comes near this. */
const mostBytes = 16_384;

/**
 * The token of a login, as Python's huggingface_hub finds it: `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`, else the file
 * that `hf auth login` wrote. A variable of nothing but spaces leads on to the file, not to the other variable. None with
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN`.
 *
 * @throws SdttError `usage` for a token that no header can carry, `io` for a file that cannot be read. Neither message
 *   shows the token.
 */
export async function readToken(environment: Environment, tokenPath: string): Promise<string | undefined> {
  if (isOn(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"])) return undefined;
  const variable = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"].find((name) => environment[name]);
  const given = variable === undefined ? "" : clean(environment[variable]!);
  if (given !== "") return checkToken(given, variable!);
  const saved = clean(await readTokenFile(tokenPath));
  return saved === "" ? undefined : checkToken(saved, tokenPath);
}

/** Line ends vanish wherever they are, as a token that was pasted in two lines has them in its middle. */
function clean(text: string): string {
  return text.replaceAll(/[\r\n]/g, "").trim();
}

function checkToken(token: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SdttError(
    "usage",
    `The token in ${where} holds a space or a character that is not ASCII, which no token has. Copy it again from https://huggingface.co/settings/tokens, or remove it.`,
  );
}

async function readTokenFile(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return "";
    throw fileError(path, "read", error);
  }
}
