import type { Change, LiveParts } from "../plan/resource.ts";
import type { Tags } from "./tags.ts";

/** Where something stands, and how that was asked for. */
export interface Placement {
  subnetIds: readonly string[];
  /** `describeWish`; the default VPC when absent. */
  network?: string | undefined;
}

/** The tag that keeps which subnets were meant: those that it has now may be somebody else's doing. */
const subnetsTag = "ecsctl:subnets";
/** The tag that keeps what `ecsctl.yaml` asked for then, so that another wish is noticed without asking for the network. */
const networkTag = "ecsctl:network";
/** Tags hold 256 characters (Tag, API references of ELB and Auto Scaling). */
const tagLength = 256;

/** What does not fit is left open: an old value beside new subnets would be taken for what is meant. */
const fitting = (value: string): string => (value.length <= tagLength ? value : "");

/** The tags that remember a placement; `moved`: other ones may be there, which these replace. */
export function placementTags({ subnetIds, network = "default" }: Placement, { moved }: { moved: boolean }): Tags {
  if (subnetIds.length === 0) return {};
  return {
    [subnetsTag]: fitting([...subnetIds].sort().join(" ")),
    // Whoever never named a network has no tag for it.
    ...(moved || network !== "default" ? { [networkTag]: fitting(network) } : {}),
  };
}

/** The subnets that ecsctl gave something; undefined where no tag says so. */
export const readMeantSubnets = ({ tags }: LiveParts): string[] | undefined =>
  (tags?.[subnetsTag] || undefined)?.split(" ");

/** That a network is asked for in other words now, which no subnet may show: kept, so that the next plan need not ask. */
export function diffPlacement({ network = "default" }: Placement, live: LiveParts | undefined): Change[] {
  if (live?.tags?.[subnetsTag] === undefined || isPlacedAs(live, fitting(network))) return [];
  return [{ path: `tags.${networkTag}`, from: live.tags[networkTag] ?? "default", to: fitting(network) }];
}

/** Whether it was put where `wish` (`describeWish`) asks it to be. */
export const isPlacedAs = ({ tags }: LiveParts, wish: string): boolean => (tags?.[networkTag] ?? "default") === wish;
