import { BaseCommand } from "../../core/cli/base-command.ts";
import { ensureSandbox, foreignVariables, sandboxEnvironment } from "../../core/cli/sandbox-launcher.ts";
import { resolveRegion } from "../../core/cli/region.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";

type EnvResult = Record<string, string>;

export default class SandboxEnv extends BaseCommand<EnvResult> {
  static override summary = "Print the variables that point the AWS CLI and SDKs at the sandbox; starts it if need be.";
  static override examples = ['eval "$(<%= config.bin %> <%= command.id %>)"'];

  protected async execute(): Promise<EnvResult> {
    const { flags } = await this.parse(SandboxEnv);
    const env = process.env;
    const region = await resolveRegion({
      flags: { ...flags, sandbox: true },
      env,
      emit: this.emit,
      signal: this.signal,
      project: () => this.project(),
    });
    const stateDir = stateDirectory(env);
    const { endpoint } = await ensureSandbox({ stateDir, env, emit: this.emit, signal: this.signal });
    return sandboxEnvironment(endpoint, region);
  }

  protected render(result: EnvResult): string {
    const exports = Object.entries(result).map(([name, value]) => `export ${name}=${value}`);
    const foreign = foreignVariables(process.env);
    return [...(foreign.length > 0 ? [`unset ${foreign.join(" ")}`] : []), ...exports].join("\n");
  }
}
