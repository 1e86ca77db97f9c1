import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { openInBrowser } from "../core/cli/open-in-browser.ts";
import { type EndpointList, listEndpoints } from "../core/operations/list-endpoints.ts";
import { formatEndpoints } from "../core/output/endpoints-view.ts";

export default class Endpoints extends BaseCommand<EndpointList> {
  static override summary = "Show the address of every running task: http://PUBLIC-IP:HOST-PORT/.";
  static override examples = [
    "<%= config.bin %> endpoints",
    "curl $(<%= config.bin %> endpoints --json | jq -r '.endpoints[0].url')",
  ];

  static override flags = {
    open: Flags.boolean({ description: "Open the first address in the browser." }),
  };

  protected async execute(): Promise<EndpointList> {
    const { flags } = await this.parse(Endpoints);
    const list = await listEndpoints(await this.context(), await this.project());
    const first = list.endpoints[0];
    if (flags.open && first) await openInBrowser(first.url);
    return list;
  }

  protected render(list: EndpointList): string {
    return formatEndpoints(list);
  }
}
