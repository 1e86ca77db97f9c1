import type { Snapshot } from "../../src/core/observe/snapshot.ts";
import type { Screen } from "../../src/core/output/screen.ts";

/** A service with one task of two, over its target. */
export function makeSnapshot(change: (snapshot: Snapshot) => void = () => {}): Snapshot {
  const snapshot: Snapshot = {
    at: "2026-01-01T12:00:05.000Z",
    service: {
      name: "web",
      cluster: "shop",
      status: "ACTIVE",
      desired: 2,
      running: 1,
      pending: 1,
      waiting: 0,
      taskDefinition: "web:7",
      rollout: "COMPLETED",
      deployments: 1,
      cpuPercent: 83.4,
      memoryPercent: 12,
    },
    tasks: [
      {
        id: "0123456789abcdef",
        lastStatus: "RUNNING",
        desiredStatus: "RUNNING",
        health: "UNKNOWN",
        url: "http://203.0.113.7:32768/",
        noUrlBecause: null,
        instance: "i-0abc",
        startedAt: null,
        cpuPercent: 83.4,
      },
    ],
    endpoints: [],
    instances: [
      {
        id: "i-0abc",
        publicIp: "203.0.113.7",
        privateIp: null,
        status: "ACTIVE",
        remainingCpu: 768,
        remainingMemory: 1456,
        runningTasks: 1,
      },
    ],
    scaling: {
      min: 1,
      max: 3,
      suspended: [],
      policies: [
        {
          name: "cpu50",
          type: "target-tracking",
          metric: "cpu",
          target: 50,
          scaleOutCooldownSeconds: 30,
          scaleInCooldownSeconds: 30,
          cause: "scaling-out",
          why: "CPU 83 % is above the target 50 %: alarm is on, scaling out",
        },
      ],
      notes: [],
    },
    alarms: [
      {
        name: "TargetTracking-service/shop/web-AlarmHigh-01234567-89ab-cdef-0123-456789abcdef",
        state: "ALARM",
        reason: "",
        since: null,
        policy: "cpu50",
        metric: "cpu",
        actionsEnabled: true,
        comparison: "GreaterThanThreshold",
        threshold: 50,
        periodSeconds: 60,
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
      },
    ],
    metrics: {
      cpu: [20, 60, 83.4].map((value, index) => ({ at: `2026-01-01T11:5${index + 7}:00.000Z`, value })),
      memory: [{ at: "2026-01-01T11:59:00.000Z", value: 12 }],
    },
    activities: [],
    lastEvent: { at: "2026-01-01T11:59:30.000Z", message: "(service web) has started 1 tasks: (task 0123)." },
  };
  change(snapshot);
  return snapshot;
}

/** A screen that keeps what it is given; without colour. */
export function fakeScreen(given: Partial<Screen> = {}): Screen & { stdout: string[]; stderr: string[] } {
  const stdout: string[] = [];
  const stderr: string[] = [];
  return {
    json: false,
    interactive: false,
    columns: 100,
    out: (text) => stdout.push(text),
    err: (text) => stderr.push(text),
    style: (_format, text) => text,
    ...given,
    stdout,
    stderr,
  };
}
