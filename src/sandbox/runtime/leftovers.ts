import { type ContainerEngine, EngineError } from "./container-engine.ts";

/** Marks a container as a task of the sandbox with that state directory. */
export const sandboxLabel = "ecsctl.sandbox";
/** Marks it as one of that run of it, so that one run's watchdog leaves the next run's containers alone. */
export const runLabel = "ecsctl.sandbox.run";

/** Removes every container with that label (`ecsctl.sandbox=…`), running or not. Returns how many there were. */
export async function removeLeftovers(engine: ContainerEngine, label: string): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const found = await engine.call<{ Id: string }[]>({
    method: "GET",
    path: `/containers/json?all=true&filters=${filters}`,
  });
  await Promise.all(found.map(({ Id }) => removeContainer(engine, Id)));
  return found.length;
}

/** Gone afterwards, also when somebody else is just removing it. */
export async function removeContainer(engine: ContainerEngine, id: string): Promise<void> {
  try {
    await engine.call({ method: "DELETE", path: `/containers/${id}?force=true&v=true` });
  } catch (error) {
    if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

/** Forgets the images that the engine pulled from a registry (`127.0.0.1:PORT`); what a person tagged stays. */
export async function removePulledImages(engine: ContainerEngine, endpoint: string): Promise<void> {
  const all = await engine.call<{ RepoDigests?: string[] | null }[]>({ method: "GET", path: "/images/json" });
  const pulled = all.flatMap(({ RepoDigests }) => RepoDigests ?? []).filter((name) => name.startsWith(`${endpoint}/`));
  for (const name of pulled) await engine.call({ method: "DELETE", path: `/images/${name}` }).catch(() => {});
}
