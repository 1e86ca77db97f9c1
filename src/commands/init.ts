import { resolve } from "node:path";
import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { answerQuestions } from "../core/cli/init-wizard.ts";
import { defaultsOf, initProject, type InitResult, refuseExisting } from "../core/operations/init.ts";
import { formatInit } from "../core/output/init-view.ts";

export default class Init extends BaseCommand<InitResult> {
  static override summary = "Write ecsctl.yaml and, from a template, the sample app.";
  static override description = "Asks on a terminal; --yes takes the template's defaults for what no flag says.";
  static override examples = [
    "<%= config.bin %> init --yes",
    "<%= config.bin %> init --template api --email me@example.com --yes",
    "<%= config.bin %> init --template service --health-path /health --yes",
    "<%= config.bin %> init --dir shop --app shop --instance-type t3.small --yes",
  ];

  static override flags = {
    template: Flags.option({ options: ["flash-sale", "api", "service"] as const })({
      default: "flash-sale",
      description: "What to start from.",
    }),
    dir: Flags.string({ default: ".", helpValue: "FOLDER", description: "Where to write; made if missing." }),
    app: Flags.string({ helpValue: "NAME", description: "Name of the application; resources are named after it." }),
    "instance-type": Flags.string({ helpValue: "TYPE", description: "EC2 instance type." }),
    min: Flags.integer({ min: 0, helpValue: "N", description: "Fewest instances; in the template api, tasks." }),
    max: Flags.integer({ min: 1, helpValue: "N", description: "Most instances; in the template api, tasks." }),
    port: Flags.integer({ min: 1, max: 65_535, helpValue: "N", description: "Port of the container; else EXPOSE's." }),
    launch: Flags.option({ options: ["fargate", "ec2"] as const })({ description: "Where tasks run." }),
    "load-balancer": Flags.boolean({ allowNo: true, description: "A load balancer in front of the tasks." }),
    "health-path": Flags.string({ helpValue: "PATH", description: "Path that answers 200 while it works." }),
    cpu: Flags.integer({ min: 128, helpValue: "N", description: "CPU units of a task; 1024 is one vCPU." }),
    memory: Flags.integer({ min: 6, helpValue: "N", description: "Memory of a task in MiB." }),
    email: Flags.string({ helpValue: "ADDRESS", description: "Whom alarms write to (template api)." }),
    yes: Flags.boolean({ char: "y", description: "Ask nothing." }),
    force: Flags.boolean({ description: "Overwrite files that exist." }),
  };

  protected async execute(): Promise<InitResult> {
    const { flags } = await this.parse(Init);
    const { template, yes, force, app, region, "instance-type": instanceType, min, max, email } = flags;
    const { port, launch, "load-balancer": balancer, "health-path": health, cpu, memory } = flags;
    const dir = resolve(flags.dir);
    const given = { app, region, port, launch, balancer, health, cpu, memory, instanceType, min, max, email };
    const defaults = await defaultsOf(template, dir);
    if (!force) await refuseExisting(template, dir);
    const answers = await answerQuestions(this.screen, given, defaults, yes);
    return initProject({ dir, template, answers, force });
  }

  protected render(result: InitResult): string {
    return formatInit(result);
  }
}
