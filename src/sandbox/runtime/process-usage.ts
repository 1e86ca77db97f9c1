import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

export interface Usage {
  cpuSeconds: number;
  memoryBytes: number;
}

/** Linux counts CPU time in these, on every architecture that Node supports. */
const ticksPerSecond = 100;

/** CPU time since the start and resident memory of a process; undefined when it has gone. */
export async function readUsage(pid: number): Promise<Usage | undefined> {
  return process.platform === "linux" ? await readProc(pid) : await readPs(pid);
}

async function readProc(pid: number): Promise<Usage | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/status`, "utf8"),
    ]);
    // The program's name may hold spaces and parentheses: count the fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    if (resident === undefined) return undefined;
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { cpuSeconds: ticks / ticksPerSecond, memoryBytes: Number(resident) * 1024 };
  } catch {
    return undefined;
  }
}

async function readPs(pid: number): Promise<Usage | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "time=,rss=", "-p", String(pid)]);
    const [time = "", kilobytes = ""] = stdout.trim().split(/\s+/);
    return { cpuSeconds: parseTime(time), memoryBytes: Number(kilobytes) * 1024 };
  } catch {
    return undefined;
  }
}

/** `[[DD-]HH:]MM:SS[.ss]` in seconds. */
export function parseTime(text: string): number {
  const [clock = "", days = "0"] = text.split("-").reverse();
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
