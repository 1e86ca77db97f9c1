import type { Config } from "@oclif/core/config";
import { Help } from "@oclif/core/help";
import type { Screen } from "../output/screen.ts";
import { wrapText } from "../output/wrap-text.ts";

const footer = `Every flag is also an environment variable: --region is ECSCTL_REGION.
Exit codes: 0 done, 1 a fault of ecsctl's own, 2 usage, 3 configuration, 4 AWS refused, 5 deployment failed, 6 gave up waiting, 7 objective missed, 10 changes pending, 130 and 143 interrupted.`;

/** oclif breaks what it indents at 80 columns, but neither the summary at the top nor what we add. */
const breakLines = (text: string): string =>
  text
    .split("\n")
    .flatMap((line) => (line.length > 80 && !line.startsWith(" ") ? wrapText(line, 80) : [line]))
    .join("\n");

/** oclif's help, collected so that `--json` can wrap it. */
class CollectedHelp extends Help {
  readonly lines: string[] = [];
  protected override log(...lines: string[]): void {
    this.lines.push(lines.join(" "));
  }
}

/** Shows the help of a command line: the root's, a topic's or a command's. */
export async function showHelp(config: Config, words: readonly string[], screen: Screen): Promise<void> {
  const subject = words[0]?.startsWith("-") ? [] : words.filter((word) => !word.startsWith("-")).slice(0, 1);
  const help = new CollectedHelp(config, { ...config.pjson.oclif.helpOptions, stripAnsi: screen.json });
  await help.showHelp([...subject]);
  const text = breakLines(`${help.lines.join("\n").trim()}\n\n${footer}`);
  screen.out(screen.json ? JSON.stringify({ help: text }) : text);
}
