const byteUnits = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** For people: `678 MB`, `3.45 GB`; three digits, powers of a thousand. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, byteUnits);
}

/** For people: `169 M`, `1.02 G`. */
export function formatCount(count: number): string {
  return formatScaled(count, ["", "k", "M", "G", "T"]).trimEnd();
}

/** For people: `1234` or `0.05000` for four digits, without a power of ten. */
export function formatDigits(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumSignificantDigits: digits,
    maximumSignificantDigits: digits,
    useGrouping: false,
  });
}

/** For people: `7 s`, `12 min`, `3 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 99.5) return `${Math.ceil(seconds)} s`;
  return seconds < 5970 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `1 pass`, `2 passes`; the plural is the singular with an s unless given. */
export function plural(count: number, singular: string, many = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : many}`;
}

function formatScaled(value: number, units: readonly string[]): string {
  // 999.5 would be shown as 1000.
  const power = value < 1000 ? 0 : Math.floor(Math.log10(value + value / 2000) / 3);
  const scaled = value / 1000 ** power;
  const digits = power === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${units[power]}`;
}
