import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { engineFlag, omitBaseFlag } from "../core/cli/engine-flag.ts";
import type { PushResult } from "../core/operations/push.ts";
import { nextCommands } from "../core/output/next.ts";

const next = nextCommands([
  ["ecsctl plan", "what deploy would make, and what it costs"],
  ["ecsctl deploy", "make it, and wait for the service"],
]);

export default class Push extends BaseCommand<PushResult> {
  static override summary = "Build the image and push it to ECR; makes the repository if it is missing.";
  static override description =
    "Without a container engine, the builtin builder makes an image of a Dockerfile that only copies files.\nThe image gets the tag of the configuration and one made from its content; a second push of the same content uploads nothing.";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --engine builtin --tag v2",
  ];
  static override flags = {
    tag: Flags.string({ helpValue: "TAG", description: "Tag to push besides the one made from the content." }),
    engine: engineFlag,
    platform: Flags.string({ helpValue: "OS/ARCH", description: "Platform of the image; default linux/amd64." }),
    "build-arg": Flags.string({ multiple: true, helpValue: "NAME=VALUE", description: "Value of an ARG." }),
    "no-cache": Flags.boolean({ description: "Build every step again." }),
    "omit-base": omitBaseFlag,
  };

  protected async execute(): Promise<PushResult> {
    const { flags } = await this.parse(Push);
    const { push } = await import("../core/operations/push.ts");
    const pairs = (flags["build-arg"] ?? []).map((pair): [string, string] => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.length === 0 ? (process.env[name] ?? "") : value.join("=")];
    });
    return push(await this.context(), await this.project(), {
      tag: flags.tag,
      engine: flags.engine,
      platform: flags.platform,
      buildArgs: Object.fromEntries(pairs),
      noCache: flags["no-cache"],
      omitBase: flags["omit-base"],
    });
  }

  protected render({ repository, digest, tags, pushed, layers }: PushResult): string {
    const count = `${layers.pushed} ${layers.pushed === 1 ? "layer" : "layers"}`;
    const what = pushed ? `${count} pushed, ${layers.existing} there already` : "nothing to push";
    return [`${repository}@${digest}`, `tags: ${tags.join(", ")} (${what})`, "", next].join("\n");
  }
}
