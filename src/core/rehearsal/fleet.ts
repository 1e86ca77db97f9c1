import type { Model } from "./model.ts";

interface Machine {
  launchedAt: number;
  /** From when it takes tasks. */
  readyAt: number;
  /** Tasks on it, those that end included. */
  used: number;
  /** Tasks on it that are to stay. */
  staying: number;
}

interface Task {
  machine: Machine | undefined;
  /** When it runs; infinite while it waits for a place. */
  runsAt: number;
}

/** Tasks and instances, second by second; times in seconds since the epoch. */
export class Fleet {
  desired: number;
  running = 0;
  /** What the Auto Scaling group is to have. */
  groupDesired: number;
  /** Instances that take tasks. */
  ready = 0;
  machines: Machine[] = [];
  /** When something changes by itself the next time. */
  due = 0;
  private readonly model: Model;
  private tasks: Task[] = [];
  private ending: { machine: Machine | undefined; until: number }[] = [];

  /** Begins with `model.tasks` tasks that run, and the instances that they need. */
  constructor(model: Model, now: number) {
    this.model = model;
    this.desired = model.tasks;
    const { group } = model;
    const needed = group ? Math.ceil(model.tasks / group.tasksPerInstance) : 0;
    this.groupDesired = group ? Math.min(group.max, Math.max(group.min, needed)) : 0;
    for (let count = 0; count < this.groupDesired; count++)
      this.machines.push({ launchedAt: -Infinity, readyAt: 0, used: 0, staying: 0 });
    for (let count = 0; count < model.tasks; count++) this.tasks.push({ machine: undefined, runsAt: Infinity });
    this.place(now);
    for (const task of this.tasks) if (task.runsAt < Infinity) task.runsAt = now;
    this.count(now);
  }

  /** Tasks that wait for an instance. */
  get waiting(): number {
    let count = 0;
    for (const { runsAt } of this.tasks) if (runsAt === Infinity) count++;
    return count;
  }

  /** How many tasks run now that ran at that moment already. */
  runningSince(moment: number): number {
    let count = 0;
    for (const { runsAt } of this.tasks) if (runsAt <= moment) count++;
    return count;
  }

  /** Sets the desired count; tasks start and stop in the next second. */
  setDesired(desired: number, now: number): void {
    this.desired = desired;
    this.due = Math.min(this.due, now + 1);
  }

  /** What has happened by now: tasks that start, run, end; instances that are ready or idle and too many. */
  advance(now: number): void {
    for (const { machine, until } of this.ending) if (machine && until <= now) machine.used--;
    this.ending = this.ending.filter(({ until }) => until > now);
    for (let missing = this.desired - this.tasks.length; missing > 0; missing--)
      this.tasks.push({ machine: undefined, runsAt: Infinity });
    while (this.tasks.length > this.desired) this.stopOne(now);
    this.place(now);
    this.shrink();
    this.count(now);
  }

  /** Whether an instance boots, or was launched less than so many seconds ago. */
  isWarming(now: number, seconds: number): boolean {
    return this.machines.some(({ launchedAt, readyAt }) => now < readyAt || now < launchedAt + seconds);
  }

  /** Sets the group's desired capacity: instances launch at once, idle ones go. */
  resize(desired: number, now: number): void {
    this.groupDesired = desired;
    const boot = this.model.group?.boot ?? 0;
    while (this.machines.length < desired)
      this.machines.push({ launchedAt: now, readyAt: now + boot, used: 0, staying: 0 });
    this.due = Math.min(this.due, now + 1);
  }

  /** Only idle instances go: those with tasks are protected. */
  private shrink(): void {
    while (this.machines.length > this.groupDesired) {
      const idle = this.machines.findIndex(({ used }) => used === 0);
      if (idle < 0) return;
      this.machines.splice(idle, 1);
    }
  }

  /** Spread: each task that waits goes where the fewest are. */
  private place(now: number): void {
    for (const task of this.tasks) {
      if (task.runsAt < Infinity) continue;
      const machine = this.findPlace(now);
      if (this.model.group && !machine) return;
      if (machine) {
        machine.used++;
        machine.staying++;
      }
      task.machine = machine;
      task.runsAt = now + this.model.taskStart;
    }
  }

  private findPlace(now: number): Machine | undefined {
    const most = this.model.group?.tasksPerInstance ?? 0;
    let best: Machine | undefined;
    for (const machine of this.machines)
      if (machine.readyAt <= now && machine.used < most && machine.used < (best?.used ?? Infinity)) best = machine;
    return best;
  }

  /** First what does not run yet, then what is on the fullest instance, then the newest. */
  private stopOne(now: number): void {
    let victim = this.tasks.length - 1;
    for (let index = this.tasks.length - 1; index >= 0; index--)
      if (this.rank(index, now) > this.rank(victim, now)) victim = index;
    const [task] = this.tasks.splice(victim, 1);
    if (!task?.machine) return;
    task.machine.staying--;
    this.ending.push({ machine: task.machine, until: now + this.model.taskStop });
  }

  private rank(index: number, now: number): number {
    const task = this.tasks[index];
    if (!task) return 0;
    return (task.runsAt > now ? 1e6 : 0) + (task.machine?.staying ?? 0);
  }

  /** Counts what runs, and finds out when that changes the next time. */
  private count(now: number): void {
    this.running = 0;
    this.due = Infinity;
    for (const { runsAt } of this.tasks)
      if (runsAt <= now) this.running++;
      else this.due = Math.min(this.due, runsAt);
    for (const { until } of this.ending) this.due = Math.min(this.due, until);
    this.ready = 0;
    for (const { readyAt } of this.machines)
      if (readyAt <= now) this.ready++;
      else this.due = Math.min(this.due, readyAt);
  }
}
