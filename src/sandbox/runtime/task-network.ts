import type { TaskDoor, TaskNetwork } from "../task-door.ts";
import { type ContainerEngine, EngineError } from "./container-engine.ts";

/** The network of one run's containers, and the way from them to the sandbox's API. */
export interface OpenNetwork {
  name: string;
  door: TaskDoor;
}

interface Inspected {
  IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] };
}

/** Makes a network for the containers of one run, and opens a door of the sandbox in it. Leaves nothing behind when it cannot. */
export async function openNetwork(
  engine: ContainerEngine,
  { name, labels }: { name: string; labels: Record<string, string> },
  openDoor: (network: TaskNetwork) => Promise<TaskDoor>,
): Promise<OpenNetwork> {
  const body = { Name: name, Driver: "bridge", Labels: labels, CheckDuplicate: true };
  await engine.call({ method: "POST", path: "/networks/create", body });
  try {
    const { IPAM } = await engine.call<Inspected>({ method: "GET", path: `/networks/${name}` });
    const { Subnet: subnet, Gateway: gateway } = IPAM?.Config?.find((one) => one.Gateway?.includes(".")) ?? {};
    if (subnet === undefined || gateway === undefined) throw new Error("its network has no gateway");
    return { name, door: await openDoor({ gateway, subnet }) };
  } catch (error) {
    await removeNetwork(engine, name).catch(() => {});
    throw error;
  }
}

/** Removes every network with that label (`ecsctl.sandbox=…`) that no container uses. */
export async function removeNetworks(engine: ContainerEngine, label: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const found = await engine.call<{ Id: string }[]>({ method: "GET", path: `/networks?filters=${filters}` });
  await Promise.all(found.map(({ Id }) => removeNetwork(engine, Id)));
}

async function removeNetwork(engine: ContainerEngine, id: string): Promise<void> {
  try {
    await engine.call({ method: "DELETE", path: `/networks/${id}` });
  } catch (error) {
    // Gone already, or still used by a container that is just going: whoever cleans up next takes it.
    if (!(error instanceof EngineError) || ![403, 404, 409].includes(error.status)) throw error;
  }
}
