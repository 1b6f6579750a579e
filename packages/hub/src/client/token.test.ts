import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSdttError } from "@sdtt/core";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { readToken } from "./token.ts";

test("the variables come in Python's order, then the file", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "token");
  const read = (environment: Record<string, string>) => readToken(environment, path);
  expect(await read({})).toBeUndefined();
  await writeFile(path, " hf_file\r\n");
  const [HF_TOKEN, HUGGING_FACE_HUB_TOKEN] = ["hf_new", "hf_old"];
  expect(await read({ HF_TOKEN, HUGGING_FACE_HUB_TOKEN })).toBe("hf_new");
  expect(await read({ HUGGING_FACE_HUB_TOKEN })).toBe("hf_old");
  expect(await read({ HF_TOKEN: "", HUGGING_FACE_HUB_TOKEN })).toBe("hf_old");
  expect(await read({})).toBe("hf_file");
  // A variable of spaces is set, and cleaned to nothing.
  expect(await read({ HF_TOKEN: " \n", HUGGING_FACE_HUB_TOKEN })).toBe("hf_file");
  for (const HF_HUB_DISABLE_IMPLICIT_TOKEN of ["1", "true", "Yes"]) {
    expect(await read({ HF_TOKEN, HF_HUB_DISABLE_IMPLICIT_TOKEN })).toBeUndefined();
  }
  expect(await read({ HF_TOKEN, HF_HUB_DISABLE_IMPLICIT_TOKEN: "0" })).toBe("hf_new");
  await writeFile(path, "\n");
  expect(await read({})).toBeUndefined();
});

test("line ends vanish, and every token of visible ASCII is one", async () => {
  const read = (HF_TOKEN: string) => readToken({ HF_TOKEN }, "/nowhere/token");
  expect(await read("\thf_a\r\nb ")).toBe("hf_ab");
  const visible = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 0x21 + i));
  expect(await read(visible)).toBe(visible);
});

test("what no header can carry is refused without being shown", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "token");
  const refusal = async (environment: Record<string, string>): Promise<string> => {
    const error: unknown = await readToken(environment, path).catch((error: unknown) => error);
    return isSdttError(error) ? `${error.code}: ${error.message}` : "read";
  };
  for (const token of ["two words", "sécret", "a\u0000b", "a\u007fb"]) {
    const message = await refusal({ HF_TOKEN: token });
    expect(message).toMatch(/^usage: The token in HF_TOKEN holds a space or a character that is not ASCII/);
    expect(message).not.toContain(token);
    expect(await refusal({ HUGGING_FACE_HUB_TOKEN: token })).toMatch(/token in HUGGING_FACE_HUB_TOKEN/);
    await writeFile(path, token);
    expect(await refusal({})).toContain(`The token in ${path} holds`);
  }
  await mkdir(join(directory.path, "folder"));
  await expect(readToken({}, join(directory.path, "folder"))).rejects.toMatchObject({ code: "io" });
});
