import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { chooseEngine } from "../image/engines.ts";
import { failed, ok, type Outcome, skipped } from "./check.ts";
import { oldestNode, supportDates } from "./support-dates.ts";

/** `v24.1.0` as numbers. */
const numbersOf = (version: string): [major: number, minor: number] => {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return [major, minor];
};

const upgrade = "Install the newest long-term release: https://nodejs.org/en/download";

/** Whether this Node gets fixes, on that day. */
export function judgeNode(version: string, today: Date): Outcome {
  const [major, minor] = numbersOf(version);
  const [oldMajor, oldMinor] = oldestNode;
  if (major < oldMajor || (major === oldMajor && minor < oldMinor))
    return failed(`Node ${version} is older than ${oldestNode.join(".")}, which ecsctl needs.`, upgrade);
  const dates = supportDates.find(({ node }) => node === major);
  if (!dates) return ok(`Node ${version}; its support dates are not known here`);
  return today < new Date(dates.endOfLife)
    ? ok(`Node ${version}, supported until ${dates.endOfLife}`)
    : failed(`Node ${version} has got no fixes since ${dates.endOfLife}.`, upgrade);
}

/** Whether new releases of the SDK still run on this Node, on that day. */
export function judgeSdk(version: string, today: Date): Outcome {
  const [major] = numbersOf(version);
  const dates = supportDates.find(({ node }) => node === major);
  if (!dates) return ok(`AWS SDK for JavaScript v3; when it leaves Node ${major} is not known here`);
  return today < new Date(dates.sdkUntil)
    ? ok(`AWS SDK for JavaScript v3, on Node ${major} until January ${dates.sdkUntil.slice(0, 4)}`)
    : failed(`New releases of the AWS SDK do not run on Node ${major} since ${dates.sdkUntil}.`, upgrade);
}

/** Whether journals, reports and the sandbox's record can be written, without writing anything. */
export async function checkStateDir(stateDir: string): Promise<Outcome> {
  let nearest = stateDir;
  for (;;) {
    const found = await stat(nearest).catch((error: NodeJS.ErrnoException) => error);
    if (!(found instanceof Error)) {
      if (!found.isDirectory()) return failed(`${nearest} is a file, and ${stateDir} has to be a folder.`, moveState);
      break;
    }
    if (found.code !== "ENOENT") return failed(`${nearest}: ${found.message}`, moveState);
    nearest = dirname(nearest);
  }
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return failed(`${stateDir} cannot be written: no permission in ${nearest}.`, moveState);
  return ok(nearest === stateDir ? stateDir : `${stateDir}, which will be made`);
}
const moveState = "ECSCTL_STATE_DIR=FOLDER names another one.";

/** A container engine that answers; without one, whether the project's Dockerfile needs any. */
export async function checkEngine(context: Pick<Context, "signal" | "env">, project?: Project): Promise<Outcome> {
  const engine = await chooseEngine(context, "auto");
  if (engine !== "builtin") return ok(`${engine} answers`);
  const none = "no container engine answers (docker, podman, finch, nerdctl, buildah)";
  if (!project) return skipped(`${none}; whether one is needed depends on the Dockerfile`);
  const { context: folder, dockerfile } = project.config.image;
  const text = await readFile(resolve(project.dir, folder, dockerfile), "utf8").catch(() => undefined);
  if (text === undefined) return skipped(`${none}, and there is no ${dockerfile} to see whether one is needed`);
  return /^\s*RUN\s/im.test(text)
    ? failed(`${none}, and ${dockerfile} has RUN`, "Start Docker, or install one of the engines.")
    : ok(`${none}; the builtin builder does for ${dockerfile}`);
}
