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

/**
 * `CapacityProviderReservation` = M / N × 100; 200 with tasks waiting and no instance, 100 with neither. Source: "Deep
 * dive on Amazon ECS cluster auto scaling". `needed` counts booting instances as present, so none is asked for twice.
 */
export function manageGroup(moment: GroupMoment): GroupDecision {
  const { needed, inService, desired, min, max, targetCapacity } = moment;
  const reservation = inService > 0 ? (needed / inService) * 100 : needed > 0 ? 200 : 100;
  const minutesBelow = reservation < targetCapacity ? moment.minutesBelow + 1 : 0;
  const wanted = Math.ceil((needed * 100) / targetCapacity);
  if (wanted > desired) {
    const step = Math.min(moment.largestStep ?? 10_000, Math.max(moment.smallestStep ?? 1, wanted - desired));
    return { reservation, minutesBelow, desired: Math.max(desired, Math.min(max, desired + step)) };
  }
  if (minutesBelow >= minutesToScaleIn && wanted < desired)
    return { reservation, minutesBelow: 0, desired: Math.max(min, wanted) };
  return { reservation, minutesBelow, desired };
}
