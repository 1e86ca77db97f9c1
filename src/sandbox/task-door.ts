import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, BlockList } from "node:net";
import { answerApi, type Doors, fail, parseUrl, refuseBrowsers, send } from "./server.ts";

/** The network that a container engine made for this sandbox's tasks and nobody else. */
export interface TaskNetwork {
  /** This computer's address in it. */
  gateway: string;
  /** `172.18.0.0/16`. */
  subnet: string;
}

/** Where tasks in containers reach AWS. */
export interface TaskDoor {
  /** `172.18.0.1:43210`. */
  endpoint: string;
  close(): void;
}

/**
 * Listens at the gateway of the tasks' own network, for its members only: the API and nothing else, neither the registry
 * nor the sandbox's own controls. Rejects where this computer does not have that address (engines in a virtual machine).
 */
export async function openTaskDoor(
  { gateway, subnet }: TaskNetwork,
  doors: Pick<Doors, "api" | "now" | "log">,
): Promise<TaskDoor> {
  const members = readSubnet(subnet);
  const server = createServer((request, response) => {
    void answer(request, response, gateway, doors).catch((error: unknown) => fail(response, doors, error));
  });
  // Who is not in the network is not even heard: somebody else's machine may have a route to the gateway.
  server.on("connection", (socket) => {
    if (!members.check(socket.remoteAddress ?? "")) socket.destroy();
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, gateway, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `${gateway}:${port}`, close };
}

function readSubnet(subnet: string): BlockList {
  const [network = "", bits = "32"] = subnet.split("/");
  const members = new BlockList();
  members.addSubnet(network, Number(bits));
  return members;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  gateway: string,
  doors: Pick<Doors, "api" | "now" | "log">,
): Promise<void> {
  response.setHeader("date", new Date(doors.now()).toUTCString());
  const isOurs = request.headers.host === `${gateway}:${request.socket.localPort}`;
  const refusal = isOurs ? refuseBrowsers(request) : "that host is not this sandbox";
  const url = parseUrl(request.url ?? "/");
  const closed = url && (/^\/v2(\/|$)/.test(url.pathname) || url.pathname.startsWith("/_sandbox"));
  if (refusal || !url || closed)
    return send(response, {
      status: refusal || !closed ? 403 : 404,
      headers: { "content-type": "text/plain" },
      body: `${refusal ?? "tasks reach AWS here, and nothing else"}\n`,
    });
  await answerApi(request, response, url, doors);
}
