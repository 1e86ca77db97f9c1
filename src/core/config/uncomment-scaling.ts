import { parseMap } from "./edit.ts";

/**
 * Takes the example `# scaling:` block that the templates write out of its comment; undefined when there is none, or
 * when it is no YAML without its comment signs.
 */
export function uncommentScaling(text: string): string | undefined {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^# ?scaling:\s*(#.*)?$/.test(line));
  if (start === -1) return undefined;
  const sign = lines[start]?.startsWith("# ") ? "# " : "#";
  const after = lines.findIndex((line, index) => index > start && !line.startsWith(`${sign}  `));
  const end = after === -1 ? lines.length : after;
  const open = lines.slice(start, end).map((line) => line.slice(sign.length));
  const result = [...lines.slice(0, start), ...open, ...lines.slice(end)].join("\n");
  return parseMap(result)?.has("scaling") ? result : undefined;
}
