import type { Override } from "../config/provenance.ts";
import type { EcsctlError } from "../errors.ts";
import { usageError } from "../errors.ts";
import type { ContextOptions } from "./open-context.ts";

const ways =
  "Give --region us-east-1, set AWS_REGION, or write `region: us-east-1` in ecsctl.yaml (ecsctl init makes one).";

/**
 * The region, from the first that names one: flag (or `ECSCTL_REGION`), `AWS_REGION`, `AWS_DEFAULT_REGION`,
 * `ecsctl.yaml`, the profile. The sandbox has every region, so there `us-east-1` will do.
 */
export async function resolveRegion({ flags, env, project }: ContextOptions): Promise<string> {
  const given = flags.region ?? (env["AWS_REGION"] || env["AWS_DEFAULT_REGION"]);
  const inProject = given ? undefined : await regionOfProject(project, flags.config);
  const region = given || inProject?.region || (await regionOfProfile(flags.profile));
  if (region) return checkRegion(region);
  if (flags.sandbox) return "us-east-1";
  const why = inProject?.missing;
  throw usageError({ code: "MissingRegion", message: "No AWS region is set.", ...(why ? { why } : {}), hint: ways });
}

/** What comes before the file's own region, and where it was said. */
export function readRegionOverride(flag: string | undefined, env: ContextOptions["env"]): Override[] {
  const named = [
    { value: flag, source: flag === env["ECSCTL_REGION"] ? "ECSCTL_REGION" : "--region" },
    ...["AWS_REGION", "AWS_DEFAULT_REGION"].map((name) => ({ value: env[name], source: name })),
  ];
  const first = named.find(({ value }) => value);
  return first?.value ? [{ path: "region", value: first.value, source: first.source }] : [];
}

/** A region becomes part of a host name: anything but a plain name would send credentials elsewhere. */
function checkRegion(region: string): string {
  if (/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) return region;
  throw usageError({
    code: "InvalidRegion",
    message: `${JSON.stringify(region)} is no AWS region.`,
    why: "A region looks like us-east-1 or eu-central-1.",
    hint: ways,
  });
}

/** The region of the configuration, or that there is none. A command without a configuration is fine; one with an error in it, or one that was named and is not there, is not. */
async function regionOfProject(
  project: ContextOptions["project"],
  named: string | undefined,
): Promise<{ region?: string | undefined; missing?: string }> {
  try {
    return { region: (await project()).config.region };
  } catch (error) {
    const { code, message } = error as EcsctlError;
    if (code === "ConfigNotFound" && named === undefined) return { missing: message };
    throw error;
  }
}

async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  const { loadConfig, NODE_REGION_CONFIG_OPTIONS } = await import("@smithy/core/config");
  const { default: _none, ...selectors } = NODE_REGION_CONFIG_OPTIONS;
  const read = loadConfig<string | undefined>(
    { ...selectors, default: () => undefined },
    profile === undefined ? {} : { profile },
  );
  return read();
}
