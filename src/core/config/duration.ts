const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads `30s`, `5m`, `2h`, `1d` as seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds] : undefined;
}
