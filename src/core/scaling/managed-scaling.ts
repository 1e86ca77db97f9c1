/** A capacity provider's Auto Scaling group at one minute. */
export interface GroupMoment {
  /** M of AWS's formula: instances that run tasks, and as many more as the waiting tasks fill. */
  needed: number;
  /** N: instances in service. */
  inService: number;
  /** The group's desired capacity and its bounds. */
  desired: number;
  min: number;
  max: number;
  /** Percent. */
  targetCapacity: number;
  smallestStep?: number | undefined;
  largestStep?: number | undefined;
  /** Whether an instance boots, or launched less than the warm-up ago. */
  warming: boolean;
  /** For how many minutes the reservation has been below the target. */
  minutesBelow: number;
}

export interface GroupDecision {
  /** `CapacityProviderReservation`, percent. */
  reservation: number;
  minutesBelow: number;
  /** The new desired capacity. */
  desired: number;
}

/** Managed scaling removes instances after the reservation was below the target for 15 minutes (its scale-in alarm). */
const minutesToScaleIn = 15;
/** "Up to 50 % ASG capacity" at a step, one instance at least (Faster scaling-in for Amazon ECS cluster auto scaling). */
const scaleInShare = 0.5;
/** What is told with tasks waiting and no instance. */
const fromNothing = 200;

/**
 * `CapacityProviderReservation` = M / N × 100; 200 with tasks waiting and no instance, 100 with neither. Sources: "Deep
 * dive on Amazon ECS cluster auto scaling" and the developer guide's managed-scaling-behavior.
 */
export function manageGroup(moment: GroupMoment): GroupDecision {
  const { needed, inService, desired, min, max, targetCapacity } = moment;
  const reservation = inService > 0 ? (needed / inService) * 100 : needed > 0 ? fromNothing : 100;
  const minutesBelow = reservation < targetCapacity ? moment.minutesBelow + 1 : 0;
  // "The scale-out is blocked" until all instances are warm, and nothing scales in.
  if (moment.warming) return { reservation, minutesBelow, desired };
  // Target tracking takes a capacity of nothing for one: 200 % asks for two, however many tasks wait.
  const wanted = Math.ceil((inService > 0 ? needed * 100 : needed > 0 ? fromNothing : 0) / targetCapacity);
  if (wanted > desired) {
    const step = Math.min(moment.largestStep ?? 10_000, Math.max(moment.smallestStep ?? 1, wanted - desired));
    return { reservation, minutesBelow, desired: Math.max(desired, Math.min(max, desired + step)) };
  }
  if (minutesBelow >= minutesToScaleIn && wanted < desired) {
    const step = Math.max(1, Math.floor(desired * scaleInShare));
    return { reservation, minutesBelow: 0, desired: Math.min(desired, Math.max(min, wanted, desired - step)) };
  }
  return { reservation, minutesBelow, desired };
}
