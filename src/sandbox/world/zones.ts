/** Regions that have another number of zones than three; those of the default account. */
const zoneLetters: Record<string, string> = { "us-east-1": "abcdef", "us-west-1": "ac", "us-west-2": "abcd" };

export interface Zone {
  name: string;
  /** `use1-az1`. */
  id: string;
}

/** The availability zones of a region, in order. */
export function zonesOf(region: string): Zone[] {
  return [...(zoneLetters[region] ?? "abc")].map((letter, index) => ({
    name: region + letter,
    id: `${shortRegion(region)}-az${index + 1}`,
  }));
}

/** `ap-southeast-2` is `apse2`. */
function shortRegion(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const short = direction.replaceAll("north", "n").replaceAll("south", "s");
  return area + short.replace("central", "c").replace("east", "e").replace("west", "w") + number;
}

/**
 * Whether a zone offers the instance type. Old zones lack new types and new zones old ones: us-east-1e has no Nitro types
 * on AWS, and here no t2 either, so that a launch that ignores the offerings fails as it can there.
 */
export function isOffered(instanceType: string, zone: string): boolean {
  return zone !== "us-east-1e" || !/^(t2|t3|m5|c5)\./.test(instanceType);
}
