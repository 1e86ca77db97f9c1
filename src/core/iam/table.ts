import { doctorGrants } from "./doctor-grants.ts";
import type { Grant } from "./grant.ts";
import { leavingGrants } from "./leaving-grants.ts";
import { leftGrants } from "./left-grants.ts";
import { lookingGrants } from "./looking-grants.ts";
import { makingGrants } from "./making-grants.ts";
import { planningGrants } from "./planning-grants.ts";
import { pushingGrants } from "./pushing-grants.ts";
import { scalingGrants } from "./scaling-grants.ts";
import { watchingGrants } from "./watching-grants.ts";

/** Which command needs which action on what. Tests record every command's calls and hold the table to them. */
export const grants: readonly Grant[] = [
  ...pushingGrants,
  ...lookingGrants,
  ...planningGrants,
  ...makingGrants,
  ...scalingGrants,
  ...watchingGrants,
  ...leftGrants,
  ...leavingGrants,
  ...doctorGrants,
];
