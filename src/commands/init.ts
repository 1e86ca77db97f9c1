import { BaseCommand } from "../core/cli/base-command.ts";

interface InitResult {
  dir: string;
  files: string[];
  template: string;
}

export default class Init extends BaseCommand<InitResult> {
  static override summary = "Write ecsctl.yaml and, from a template, the sample app.";

  protected async execute(): Promise<InitResult> {
    return { dir: process.cwd(), files: [], template: "flash-sale" };
  }

  protected render({ dir }: InitResult): string {
    return `Nothing written to ${dir} yet.`;
  }
}
