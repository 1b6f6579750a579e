/**
 * Steps over UTF-8 JSON, byte by byte, and knows the three kinds of token a safetensors header is made of. It builds no
 * tree and recurses into nothing, so hostile bytes cost no more than their length. JSON.parse would hide duplicate keys
 * and round numbers past 2^53.
 */
export interface JsonCursor {
  /** Steps through an object: `read` is told each key and has to read its value. Keys may repeat. */
  members(read: (key: string) => void): void;
  /** Reads a string. */
  string(): string;
  /** Reads a list of at most so many integers from 0 to 2^53 - 1, written without sign, fraction or exponent. */
  unsignedIntegers(most: number): number[];
  /** Steps over white space, after which nothing may follow. */
  end(): void;
}

const [quote, backslash, zero, nine] = [0x22, 0x5c, 0x30, 0x39];

/** A cursor at the start of the bytes; `fail` is told what breaks the rules, and throws. */
export function createJsonCursor(bytes: Uint8Array, fail: (problem: string) => never): JsonCursor {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let at = 0;

  const failHere = (expected: string): never => {
    const found = at < bytes.length ? `is ${JSON.stringify(String.fromCharCode(bytes[at]!))}` : "is its end";
    return fail(`byte ${at} of the header ${found} where ${expected} is expected`);
  };
  const skipWhitespace = (): void => {
    while (isWhitespace(bytes[at])) at++;
  };
  const accept = (character: string): boolean => {
    skipWhitespace();
    if (bytes[at] !== character.charCodeAt(0)) return false;
    at++;
    return true;
  };

  const expect = (character: string): void => {
    if (!accept(character)) failHere(JSON.stringify(character));
  };
  const readString = (): string => {
    if (!accept('"')) failHere("a string");
    const begin = at;
    let hasEscapes = false;
    for (; bytes[at] !== quote; at++) {
      if (at >= bytes.length || bytes[at]! < 0x20) failHere("the end of a string");
      if (bytes[at] !== backslash) continue;
      hasEscapes = true;
      at++;
    }
    const content = bytes.subarray(begin, at++);
    try {
      const text = decoder.decode(content);
      const value = hasEscapes ? (JSON.parse(`"${text}"`) as string) : text;
      if (value.isWellFormed()) return value;
    } catch {
      // Neither UTF-8 nor a valid escape: told below, with the place.
    }
    return fail(`the string at byte ${begin} of the header is not valid UTF-8 JSON`);
  };
  const readUnsignedInteger = (): number => {
    skipWhitespace();
    const begin = at;
    let value = 0;
    while (isDigit(bytes[at]) && Number.isSafeInteger(value)) value = value * 10 + (bytes[at++]! - zero);
    if (at === begin) failHere("an unsigned integer");
    if (!Number.isSafeInteger(value)) fail(`the number at byte ${begin} of the header is over 2^53 - 1`);
    if (bytes[begin] === zero && at > begin + 1) {
      fail(`the number at byte ${begin} of the header has a leading zero`);
    }
    return value;
  };

  return {
    members(read) {
      expect("{");
      if (accept("}")) return;
      do {
        const key = readString();
        expect(":");
        read(key);
      } while (accept(","));
      expect("}");
    },
    string: readString,
    unsignedIntegers(most) {
      expect("[");
      if (accept("]")) return [];
      const values: number[] = [];
      do {
        if (values.length === most) fail(`a list in its header has more than ${most} numbers`);
        values.push(readUnsignedInteger());
      } while (accept(","));
      expect("]");
      return values;
    },
    end() {
      skipWhitespace();
      if (at < bytes.length) failHere("nothing more");
    },
  };
}

function isWhitespace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine;
}
