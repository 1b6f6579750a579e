/** A name as it is shown in a message: quoted, on one line and not too long, whatever a file put in it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);
}

/** The first few of many, and how many more there are. */
export function listed(items: readonly string[], most = 6): string {
  const first = items.slice(0, most).map((item) => (item.length > 160 ? `${item.slice(0, 160)}...` : item));
  return first.join(", ") + (items.length > most ? ` and ${items.length - most} more` : "");
}
