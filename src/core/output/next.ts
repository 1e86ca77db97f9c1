import { styleText } from "node:util";

/** The lines that say what to type next, with what it does behind it. */
export function nextCommands(commands: readonly (readonly [command: string, does: string])[]): string {
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, does]) => {
    const padding = " ".repeat(width - command.length + 2);
    return `  ${style("cyan", command)}${padding}${style("dim", does)}`;
  });
  return ["Next:", ...lines].join("\n");
}

function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
