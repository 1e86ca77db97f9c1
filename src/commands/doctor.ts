import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { stateDirectory } from "../core/cli/state-dir.ts";
import { ExitCode } from "../core/errors.ts";
import { type Diagnosis, diagnose, localChecks } from "../core/operations/diagnose.ts";
import { formatDiagnosis } from "../core/output/doctor-view.ts";

export default class Doctor extends BaseCommand<Diagnosis> {
  static override summary = "Check what commands need: credentials, permissions, quotas, network, engine, clock.";
  static override description =
    "Changes nothing. Exit code 0: nothing failed; 4: something of AWS did; 3: only something on this computer did.";
  static override examples = ["<%= config.bin %> doctor", "<%= config.bin %> doctor --for deploy --json"];

  static override flags = {
    for: Flags.string({
      multiple: true,
      default: ["all"],
      helpValue: "COMMAND",
      description: "Commands whose permissions are looked at.",
    }),
  };

  protected async execute(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    return diagnose({
      project: () => this.project(),
      context: () => this.context(),
      commands: flags.for,
      env: process.env,
      stateDir: stateDirectory(process.env),
      signal: this.signal,
    });
  }

  protected render(result: Diagnosis): string {
    return formatDiagnosis(result);
  }

  protected override exitCodeFor({ checks, failed }: Diagnosis): ExitCode {
    if (failed === 0) return ExitCode.done;
    const ofAws = checks.some(({ name, status }) => status === "failed" && !localChecks.includes(name));
    return ofAws ? ExitCode.aws : ExitCode.config;
  }
}
