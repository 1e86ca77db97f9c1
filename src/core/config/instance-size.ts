/** Sizes of the burstable families, where they do not follow the rule: [vCPU, GiB]. */
const burstable: Record<string, readonly [vcpu: number, gib: number]> = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  "2xlarge": [8, 32],
};
/** GiB for each vCPU of the big families. */
const gibPerVcpu: Record<string, number> = { c: 2, m: 4, r: 8 };

/**
 * What an instance type has, in cpu units and MiB, for the common families; undefined for the others. EC2 keeps some
 * of the memory for itself: this is the upper bound. From the instance type pages of EC2.
 */
export function readInstanceSize(type: string): { cpu: number; memory: number } | undefined {
  const match = /^([a-z]+)(\d[a-z]*)\.(.+)$/.exec(type);
  if (!match) return undefined;
  const [, letters = "", generation = "", size = ""] = match;
  if (letters === "t") return readBurstable(`t${generation}`, size);
  const ratio = gibPerVcpu[letters];
  const vcpu = readVcpu(size);
  return ratio === undefined || vcpu === undefined ? undefined : { cpu: vcpu * 1024, memory: vcpu * ratio * 1024 };
}

/** t2 has one vCPU up to small. */
function readBurstable(family: string, size: string): { cpu: number; memory: number } | undefined {
  const known = burstable[size];
  if (!known) return undefined;
  const single = family === "t2" && ["nano", "micro", "small"].includes(size);
  return { cpu: (single ? 1 : known[0]) * 1024, memory: known[1] * 1024 };
}

function readVcpu(size: string): number | undefined {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  const match = /^(\d*)xlarge$/.exec(size);
  return match ? 4 * Number(match[1] || 1) : undefined;
}
