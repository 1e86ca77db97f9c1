/** When something ends, as a day. */
export interface Support {
  /** Major version of Node. */
  node: number;
  /** End of life (Node.js release schedule, github.com/nodejs/Release). */
  endOfLife: string;
  /**
   * From when on new releases of the SDK refuse it: the first week of the January that is eight months after the end of
   * life or later (its own warning says so of Node 20; that of later ones is expected by the same rule).
   */
  sdkUntil: string;
}

/** As of 2026-11-20. */
export const supportDates: readonly Support[] = [
  { node: 20, endOfLife: "2026-04-30", sdkUntil: "2027-01-05" },
  { node: 22, endOfLife: "2027-04-30", sdkUntil: "2028-01-05" },
  { node: 24, endOfLife: "2028-04-30", sdkUntil: "2029-01-05" },
];

/** The oldest Node that ecsctl runs on (`engines` in package.json). */
export const oldestNode = [22, 22] as const;
