/** What the commands use of `@oclif/core`: its index would bring everything along, to every start. */
export * as Args from "@oclif/core/args";
export { Command } from "@oclif/core/command";
export * as Flags from "@oclif/core/flags";
