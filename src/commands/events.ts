import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { durationFlag } from "../core/cli/duration-flag.ts";
import { eventKinds, type EventList, followEvents, listEvents } from "../core/operations/list-events.ts";
import { formatEvents, openEntryLines } from "../core/output/events-view.ts";
import type { Listener, Screen } from "../core/output/screen.ts";

export default class Events extends BaseCommand<EventList> {
  static override summary = "Show one timeline of what happened to the service, and what each thing means.";
  static override description =
    "Service events, scaling activities (also those that did not scale, and why), alarm changes, stopped tasks and instances, oldest first.";
  static override examples = ["<%= config.bin %> events --explain", "<%= config.bin %> events --follow --kind scaling"];

  static override flags = {
    follow: Flags.boolean({ char: "f", description: "Go on and show what happens, until interrupted." }),
    since: durationFlag({ description: "Only the last so much time, for example 30m." }),
    kind: Flags.string({ description: "Only this kind; may be repeated.", multiple: true, options: [...eventKinds] }),
    explain: Flags.boolean({ description: "Say what each entry means, and what each policy does now and why." }),
  };

  private explain = false;
  private follow = false;

  protected async execute(): Promise<EventList> {
    const { flags } = await this.parse(Events);
    this.explain = flags.explain;
    this.follow = flags.follow;
    const kinds = eventKinds.filter((kind) => flags.kind?.includes(kind));
    const run = flags.follow ? followEvents : listEvents;
    return run(await this.context(), await this.project(), {
      sinceSeconds: flags.since,
      kinds,
      explain: flags.explain,
    });
  }

  protected override listeners(screen: Screen): Listener[] {
    return [...super.listeners(screen), openEntryLines(screen, () => this.explain)];
  }

  protected override streams(): boolean {
    return this.follow;
  }

  protected render(list: EventList): string {
    return this.follow ? "" : formatEvents(list, this.explain);
  }
}
