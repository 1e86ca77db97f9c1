/** Where a parameter of the model comes from: `--task-start`, `measured on 3 tasks`, `assumed`. */
export interface Sourced<T> {
  value: T;
  source: string;
}

/** What the simulator takes for granted about the service and its machines. Times in seconds. */
export interface Model {
  /** Requests a second that keep one task at 100 % of its CPU. */
  capacityPerTask: number;
  /** From the desired count's change until the new task answers. */
  taskStart: number;
  /** From the order to stop until its place is free. */
  taskStop: number;
  /** Highest CPU utilisation of a task, percent of its reservation; absent: what its instance has to spare. */
  ceiling?: number | undefined;
  /** Memory of an idle task and of one at 100 % CPU, percent of the reservation. */
  memory: { idle: number; full: number };
  /** How long after a minute's end its datapoint is there for alarms. */
  metricDelay: number;
  /** Tasks at the start. */
  tasks: number;
  /** EC2 capacity; absent on Fargate, where every task finds a place. */
  group?: GroupModel | undefined;
}

/** The Auto Scaling group of the capacity provider. */
export interface GroupModel {
  min: number;
  max: number;
  /** Tasks that fit one instance. */
  tasksPerInstance: number;
  /** Tasks' reservations of CPU that one instance has: a task alone may use them all. */
  cpuShares: number;
  /** From the launch until it takes tasks. */
  boot: number;
  /** Seconds after the boot in which the group does not shrink. */
  warmUp: number;
  /** Percent. */
  targetCapacity: number;
  /** Whether the capacity provider sizes the group. */
  managed: boolean;
}
