import { Flags } from "@oclif/core";

const engines = ["auto", "docker", "podman", "finch", "nerdctl", "buildah", "builtin"];

/** `--engine`: what builds and pushes an image; `auto` is the first that answers, else the builtin builder. */
export const engineFlag = Flags.string({ options: engines, default: "auto", description: "What builds the image." });

/** `--omit-base`: pulls nothing; the registry must be on this computer. */
export const omitBaseFlag = Flags.boolean({
  description: "Leave the base image's layers out; only for the sandbox's registry.",
});
