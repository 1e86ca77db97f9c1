import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { nodeArguments } from "./command-line.ts";
import type { CommandOutcome } from "./runtime.ts";

/** A task that is a process, as far as a command beside it must know it. */
export interface Beside {
  /** The image's unpacked files, and the folder in them that the command starts in. */
  root: string;
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** Where the container's ports really are. */
  address: string;
  ports: readonly { containerPort: number; hostPort: number }[];
}

/** As curl says that there was no answer in time, and no connection. */
const timedOut = 28;
const noConnection = 7;

/**
 * Runs a command as if it were in the container: its `localhost` is the task's address, its files are the image's.
 * `curl` and `wget` are done here, because the image's own cannot run and this computer may have none.
 */
export async function runBeside(
  beside: Beside,
  argv: readonly string[],
  timeoutSeconds: number,
): Promise<CommandOutcome> {
  const words = argv.map((word) => redirect(beside, word));
  const fetched = readFetch(words);
  if (fetched) return fetchUrl(fetched, timeoutSeconds);
  const node = nodeArguments(words);
  const [program = "", ...rest] = node ? [process.execPath, ...node] : words;
  return execute(
    beside,
    [program, ...rest].map((word) => inImage(beside, word)),
    timeoutSeconds,
  );
}

/** `localhost:80` is the task's own port 80, wherever that listens in truth. */
function redirect({ address, ports }: Beside, text: string): string {
  return text.replaceAll(/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(?![\w.:])/g, (all, port: string) => {
    const mapped = ports.find(({ containerPort }) => containerPort === Number(port ?? 80));
    return mapped ? `${address}:${mapped.hostPort}` : all;
  });
}

const inImage = ({ root }: Beside, word: string): string =>
  word.startsWith("/") && existsSync(path.join(root, word)) ? path.join(root, word) : word;

interface Fetch {
  url: URL;
  /** With which code it ends when the answer's status is an error. */
  refused: number;
  /** `|| exit 1` behind it. */
  otherwise?: number | undefined;
}

const withExit = /\s*\|\|\s*(?:exit\s+(\d+)|false)\s*$/;

/** `curl -f http://…/ || exit 1`, `wget -q -O - http://…/`; undefined for anything else. */
function readFetch(words: readonly string[]): Fetch | undefined {
  const shell = ["/bin/sh", "sh"].includes(words[0] ?? "") && words[1] === "-c" ? (words[2] ?? "") : undefined;
  const exit = shell === undefined ? undefined : withExit.exec(shell);
  const plain = shell?.replace(withExit, "").replaceAll(/\s*(?:\d?>>?\s*\/dev\/null|2>&1|&>\s*\/dev\/null)/g, "");
  if (plain !== undefined && /[|&;<>()$`\n]/.test(plain)) return undefined;
  const parts =
    plain === undefined
      ? words
      : plain
          .trim()
          .split(/\s+/)
          .map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  const [first = "", ...rest] = parts;
  const program = path.basename(first);
  const address =
    rest.find((word) => word.startsWith("http://")) ?? rest.findLast((word) => /^[\w.]+:\d+(\/|$)/.test(word));
  if ((program !== "curl" && program !== "wget") || address === undefined) return undefined;
  const url = address.startsWith("http:") ? address : `http://${address}`;
  if (!URL.canParse(url)) return undefined;
  const fails = program === "wget" || rest.some((word) => word === "--fail" || /^-[a-zA-Z]*f/.test(word));
  const refused = program === "wget" ? 8 : fails ? 22 : 0;
  return { url: new URL(url), refused, ...(exit ? { otherwise: Number(exit[1] ?? 1) } : {}) };
}

async function fetchUrl({ url, refused, otherwise }: Fetch, timeoutSeconds: number): Promise<CommandOutcome> {
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    const sent = request(url, { agent: false, timeout: timeoutSeconds * 1000 }, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      resolve(status < 400 ? { code: 0, output: "" } : { code: refused, output: `the answer's status is ${status}` });
    });
    sent.once("timeout", () => {
      resolve({ code: timedOut, output: "no answer in time" });
      sent.destroy();
    });
    sent.once("error", (error) => resolve({ code: noConnection, output: error.message }));
    sent.end();
  });
  return { exitCode: code === 0 ? 0 : (otherwise ?? code), output };
}

function execute(beside: Beside, argv: readonly string[], timeoutSeconds: number): Promise<CommandOutcome> {
  const [program = "", ...rest] = argv;
  const search = [path.dirname(process.execPath), beside.environment["PATH"]].join(path.delimiter);
  return new Promise((resolve, reject) => {
    const options = {
      cwd: beside.folder,
      env: { ...beside.environment, PATH: search },
      timeout: timeoutSeconds * 1000,
      killSignal: "SIGKILL" as const,
      maxBuffer: 64 * 1024,
    };
    execFile(program, rest, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error?.killed) return reject(new Error("timed out"));
      const code = error?.code;
      resolve({ exitCode: error ? (typeof code === "number" ? code : 127) : 0, output });
    });
  });
}
