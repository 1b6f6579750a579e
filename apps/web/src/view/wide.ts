/** Where form and texts stand beside each other; the style sheets say the same. */
export const wide = "(min-width: 60rem)";
