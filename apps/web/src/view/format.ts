/** `10.2 M` */
export function millions(count: number): string {
  return `${(count / 1e6).toFixed(count < 1e8 ? 1 : 0)} M`;
}

/** `12 %`, and `0.3 %` where that would be none. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.01 ? 2 : share < 0.1 ? 1 : 0)} %`;
}
