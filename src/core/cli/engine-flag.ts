import { Flags } from "@oclif/core";

const engines = ["auto", "docker", "podman", "finch", "nerdctl", "buildah", "builtin"];

/** `--engine`: what builds and pushes an image; `auto` is the first that answers, else the builtin builder. */
export const engineFlag = Flags.string({ options: engines, default: "auto", description: "What builds the image." });
