export function freshBundle(places: { readonly home: string; readonly root: string }): string | undefined;
export function stampOf(file: string): string;
