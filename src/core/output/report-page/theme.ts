/** The value of one of the page's colours, as the scheme in force has it. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The font of the axes. */
export function font(): string {
  return `12px ${getComputedStyle(document.body).fontFamily}`;
}
