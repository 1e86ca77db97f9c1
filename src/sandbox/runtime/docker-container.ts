import { finished } from "node:stream/promises";
import { type ContainerEngine, EngineError } from "./container-engine.ts";
import { readContainerLogs } from "./container-logs.ts";
import { removeContainer } from "./leftovers.ts";
import type { CommandOutcome, ContainerSpec, RunningContainer } from "./runtime.ts";
import { runInContainer } from "./docker-exec.ts";

interface Stats {
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  memory_stats?: { usage?: number; stats?: { inactive_file?: number; total_inactive_file?: number } };
}

/** A container of a Docker-compatible engine, from its start to its removal. */
export class DockerContainer implements RunningContainer {
  readonly runtimeId: string;
  readonly imageDigest: string;
  /** Resolves when it has ended and was removed. */
  readonly gone: Promise<void>;
  private readonly engine: ContainerEngine;
  private ended = false;

  constructor(
    engine: ContainerEngine,
    id: string,
    parts: { spec: ContainerSpec; imageDigest: string; now: () => Date },
  ) {
    this.engine = engine;
    this.runtimeId = id;
    this.imageDigest = parts.imageDigest;
    const logs = this.followLogs(parts.spec, parts.now);
    this.gone = this.follow(parts.spec, logs);
  }

  async stop(graceSeconds: number): Promise<void> {
    if (!this.ended) {
      // Containers that do not listen to SIGTERM (many: they are process 1) are killed after the grace time.
      const seconds = Math.max(0, Math.ceil(graceSeconds));
      await this.engine
        .call({ method: "POST", path: `/containers/${this.runtimeId}/stop?t=${seconds}` })
        .catch((error: unknown) => {
          if (!(error instanceof EngineError) || error.status !== 404) throw error;
        });
    }
    await this.gone;
  }

  run(argv: readonly string[], timeoutSeconds: number): Promise<CommandOutcome> {
    return runInContainer(this.engine, this.runtimeId, argv, timeoutSeconds);
  }

  async usage(): Promise<{ cpuSeconds: number; memoryBytes: number } | undefined> {
    if (this.ended) return undefined;
    try {
      const stats = await this.engine.call<Stats>({
        method: "GET",
        path: `/containers/${this.runtimeId}/stats?stream=false&one-shot=true`,
      });
      const { usage, stats: detail } = stats.memory_stats ?? {};
      if (usage === undefined) return undefined;
      // As `docker stats` and ECS count: without the cache of files that could be dropped.
      const cache = detail?.total_inactive_file ?? detail?.inactive_file ?? 0;
      const cpuSeconds = (stats.cpu_stats?.cpu_usage?.total_usage ?? 0) / 1e9;
      return { cpuSeconds, memoryBytes: Math.max(0, usage - cache) };
    } catch {
      return undefined;
    }
  }

  private async followLogs(spec: ContainerSpec, now: () => Date): Promise<void> {
    const stream = await this.engine.open({
      method: "GET",
      path: `/containers/${this.runtimeId}/logs?follow=true&stdout=true&stderr=true`,
    });
    readContainerLogs(stream, (line) => spec.onLog(line, now()));
    await finished(stream);
  }

  private async follow(spec: ContainerSpec, logs: Promise<void>): Promise<void> {
    const exit = await this.waitForExit();
    // The last lines belong to the log before the container is told to be gone.
    await logs.catch(() => {});
    this.ended = true;
    await removeContainer(this.engine, this.runtimeId).catch(() => {});
    spec.onExit(exit);
  }

  private async waitForExit(): Promise<{ exitCode: number; reason?: string }> {
    const id = this.runtimeId;
    try {
      const { StatusCode } = await this.engine.call<{ StatusCode: number }>({
        method: "POST",
        path: `/containers/${id}/wait?condition=not-running`,
      });
      const { State } = await this.engine.call<{ State?: { OOMKilled?: boolean } }>({
        method: "GET",
        path: `/containers/${id}/json`,
      });
      const killed = State?.OOMKilled ? { reason: "OutOfMemoryError: Container killed due to memory usage" } : {};
      return { exitCode: StatusCode, ...killed };
    } catch (error) {
      // Somebody removed it behind our back: Docker reports such a container as killed.
      return { exitCode: 137, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
