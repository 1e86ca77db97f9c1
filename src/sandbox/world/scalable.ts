import type { Region } from "./world.ts";

interface ScalableState {
  desired: number;
  running: number;
  /** A deployment is in progress: Application Auto Scaling does not scale in meanwhile. */
  deploying?: boolean;
}

/** What Application Auto Scaling may scale: ECS services implement it (resource id `service/CLUSTER/SERVICE`). */
export interface ScalableResource {
  /** Undefined when there is no such (active) service. */
  read(region: Region, resourceId: string): ScalableState | undefined;
  /** Sets the desired count; writes the service event that ECS writes. */
  write(region: Region, resourceId: string, desired: number): void;
}
