import type { Region } from "./world.ts";

/** What Application Auto Scaling may scale: ECS services implement it (resource id `service/CLUSTER/SERVICE`). */
export interface ScalableResource {
  /** Undefined when there is no such (active) service. */
  read(region: Region, resourceId: string): { desired: number; running: number } | undefined;
  /** Sets the desired count; writes the service event that ECS writes. */
  write(region: Region, resourceId: string, desired: number): void;
}
