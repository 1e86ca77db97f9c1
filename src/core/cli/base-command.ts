import { Command, Flags, type Interfaces } from "@oclif/core";
import type { Context } from "../context.ts";
import { EcsctlError, ExitCode } from "../errors.ts";
import type { Project } from "../config/project.ts";
import type { Event } from "../events.ts";
import { openProgress } from "../output/progress.ts";
import type { Listener, Screen } from "../output/screen.ts";
import { checkSwitches, withEnvironment } from "./flag-environment.ts";
import { listenForSignals, type Interruption } from "./interruption.ts";
import { readRegionOverride } from "./region.ts";
import { currentScreen } from "./process-screen.ts";

const group = { helpGroup: "EVERY COMMAND" };

/** The flags that mean the same everywhere. */
const sharedFlags = {
  json: Flags.boolean({ ...group, description: "Print exactly one JSON document on stdout." }),
  config: Flags.string({
    ...group,
    char: "c",
    helpValue: "FILE",
    description: "The configuration; default ecsctl.yaml, here or in a parent folder.",
  }),
  env: Flags.string({
    ...group,
    helpValue: "NAME",
    description: "Environment: a key of `environments` in the configuration.",
  }),
  profile: Flags.string({ ...group, helpValue: "NAME", description: "Profile of the shared AWS configuration." }),
  region: Flags.string({ ...group, helpValue: "NAME", description: "AWS region." }),
  sandbox: Flags.boolean({
    ...group,
    description: "Use AWS on this computer; starts the sandbox if it is not running.",
  }),
  help: Flags.boolean({ ...group, char: "h", description: "Show help." }),
};
export type SharedFlags = Interfaces.InferredFlags<typeof sharedFlags>;

/**
 * What every command is: parse the flags, call one operation, return its result. The result is the document of
 * `--json`; `render` makes the text of it. Errors are thrown; the way out is in `main.ts`.
 */
export abstract class BaseCommand<Result> extends Command {
  static override baseFlags = sharedFlags;

  private shared: SharedFlags | undefined;
  private opened: Promise<Context> | undefined;
  private loaded: Promise<Project> | undefined;
  private hearing: Listener[] = [];
  private interruption: Interruption | undefined;

  /** Parses flags and arguments, calls ONE operation, returns its result: the document of `--json`. */
  protected abstract execute(): Promise<Result>;
  /** The result as text for stdout, without the last line end; an empty string prints nothing. */
  protected abstract render(result: Result): string;
  /** The exit code of a result that is no error: `plan` says 10 when changes are pending. */
  protected exitCodeFor(_result: Result): ExitCode {
    return ExitCode.done;
  }
  /** Who hears the operation's events. A command with a live view of its own overrides this. */
  protected listeners(screen: Screen): Listener[] {
    return [openProgress(screen)];
  }
  /** True for a command that prints a document a line while it works (`watch`): no document at the end. */
  protected streams(): boolean {
    return false;
  }

  /** One context a command: AWS (or the sandbox), the events, the signal. */
  protected context(): Promise<Context> {
    this.opened ??= this.openContext();
    return this.opened;
  }

  /** The configuration that applies, loaded once. Throws a configuration error with file, line and column. */
  protected project(): Promise<Project> {
    this.loaded ??= this.loadProject();
    return this.loaded;
  }

  /** Where this command prints; for prompts and live views. */
  protected get screen(): Screen {
    return currentScreen();
  }

  /** Tells the listeners. Operations get this as `context.emit`. */
  protected readonly emit = (event: Event): void => {
    for (const listener of this.hearing) listener.onEvent(event);
  };

  /** Aborts on Ctrl-C or SIGTERM. */
  protected get signal(): AbortSignal {
    this.interruption ??= listenForSignals(this.emit);
    return this.interruption.signal;
  }

  /** Gives every flag its environment variable, `ECSCTL_<FLAG>`. */
  protected override async parse<
    F extends Record<string, unknown>,
    B extends Record<string, unknown>,
    A extends Record<string, unknown>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const input = options ?? (this.ctor as unknown as Interfaces.Input<F, B, A>);
    checkSwitches({ ...input.baseFlags, ...input.flags }, process.env);
    const parsed = await super.parse<F, B, A>(withEnvironment(input), argv).catch(withoutHeading);
    this.shared = parsed.flags as unknown as SharedFlags;
    return parsed;
  }

  /** oclif's entry; commands implement `execute` instead. */
  override async run(): Promise<void> {
    this.hearing = this.listeners(this.screen);
    try {
      await this.sharedFlags();
      const result = await this.execute();
      this.closeListeners();
      this.print(result);
      process.exitCode = this.interruption?.exitCode ?? this.exitCodeFor(result);
    } catch (error) {
      throw this.interruption?.explain(error) ?? error;
    } finally {
      this.closeListeners();
      this.interruption?.close();
    }
  }

  /** Errors leave through `main.ts`, in text and JSON alike. */
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  private print(result: Result): void {
    if (this.screen.json) {
      if (!this.streams()) this.screen.out(JSON.stringify(result ?? null, undefined, 2));
      return;
    }
    const text = this.render(result);
    if (text !== "") this.screen.out(text);
  }

  private closeListeners(): void {
    for (const listener of this.hearing.splice(0)) listener.close();
  }

  private async sharedFlags(): Promise<SharedFlags> {
    if (!this.shared) await this.parse();
    return this.shared as SharedFlags;
  }

  private async openContext(): Promise<Context> {
    const flags = await this.sharedFlags();
    const { openContext } = await import("./open-context.ts");
    return openContext({
      flags,
      env: process.env,
      emit: this.emit,
      signal: this.signal,
      project: () => this.project(),
    });
  }

  private async loadProject(): Promise<Project> {
    const { config, env: environment, region } = await this.sharedFlags();
    const { loadProject } = await import("../config/project.ts");
    const overrides = readRegionOverride(region, process.env);
    return loadProject({ cwd: process.cwd(), file: config, environment, env: process.env, overrides });
  }
}

/** oclif writes a heading and a help line into the message of an error that a flag's own parser throws. */
function withoutHeading(error: unknown): never {
  if (error instanceof EcsctlError)
    error.message = error.message.replace(/^Parsing --\S+\s*\n\t/, "").replace(/\nSee more help with --help$/, "");
  throw error;
}
